import FoundationEssentials

/// The metrics of an agent, listed in systemd/README.md, "Metrics, dashboard and alerts".
enum AgentMetrics {
    /// Returns all metrics with their current values; reads every process of the machine while a task runs.
    static func text(_ inspection: AgentInspection) -> String {
        let status = inspection.status()
        let counts = inspection.board.counts
        let families =
            agent(status) + worker(status) + task(status) + delivery(status) + manager(status, counts)
            + problems(counts) + OwnUsage.now.families(startedAt: status.startedAt)
        return families.map(\.text).joined()
    }

    private static func agent(_ status: AgentStatus) -> [MetricFamily] {
        var info = MetricFamily(
            "flamenco_agent_info", .gauge, "Always 1; the labels identify the agent and its manager.")
        info.add(
            1,
            [
                "version": status.version, "worker": status.worker.name, "worker_id": status.worker.id ?? "",
                "manager": status.manager.url, "manager_version": status.manager.version ?? "",
                "api": status.manager.api ?? "",
            ])
        var gpus = MetricFamily(
            "flamenco_agent_gpu_info", .gauge, "Always 1; the labels identify a GPU that programs can use.")
        for gpu in status.gpus ?? [] {
            gpus.add(1, ["gpu": gpu.id, "name": gpu.name ?? "", "uuid": gpu.uuid ?? ""])
        }
        return (status.gpus == nil ? [] : [gpus]) + [
            info,
            MetricFamily(
                "flamenco_agent_uptime_seconds", .gauge, "Time since the agent started.", status.uptimeSeconds),
        ]
    }

    private static func worker(_ status: AgentStatus) -> [MetricFamily] {
        var state = MetricFamily("flamenco_agent_state", .gauge, "1 for the current state of the worker, else 0.")
        for one in AgentStatus.State.allCases { state.add(one == status.state ? 1 : 0, ["state": one.rawValue]) }
        var reasons = MetricFamily(
            "flamenco_agent_sleep_reason", .gauge, "1 for each reason to sleep, now or after the task, else 0.")
        for cause in SleepReason.Cause.allCases {
            let holds = status.sleepReasons?.contains { $0.cause == cause } == true
            reasons.add(holds ? 1 : 0, ["cause": cause.rawValue])
        }
        return [
            state, reasons,
            MetricFamily(
                "flamenco_agent_takes_tasks", .gauge, "1 while a task runs or is requested, else 0.",
                status.idleReason == nil ? 1 : 0),
            MetricFamily(
                "flamenco_agent_executors_left_out", .gauge, "Executors that cannot be used.",
                status.executorProblems.count),
            MetricFamily(
                "flamenco_agent_abandoned_threads", .gauge, "Threads that wait for a disk that does not respond.",
                status.abandonedThreads),
        ]
    }

    private static func task(_ status: AgentStatus) -> [MetricFamily] {
        var ended = MetricFamily("flamenco_agent_tasks_total", .counter, "Tasks that ended, by outcome.")
        ended.add(Double(status.tasks.completed), ["outcome": "completed"])
        ended.add(Double(status.tasks.failed), ["outcome": "failed"])
        ended.add(Double(status.tasks.interrupted), ["outcome": "interrupted"])
        ended.add(Double(status.tasks.lost), ["outcome": "lost"])
        var families = [
            ended,
            MetricFamily(
                "flamenco_agent_steps_total", .counter, "Completed steps of tasks.", status.stepsCompleted),
            MetricFamily(
                "flamenco_agent_task_running", .gauge, "1 while a task runs, else 0.", status.task == nil ? 0 : 1),
        ]
        guard let task = status.task else { return families }
        families += [
            MetricFamily(
                "flamenco_agent_task_running_seconds", .gauge, "Time since the running task began.", task.runningSeconds
            ),
            MetricFamily(
                "flamenco_agent_task_processes", .gauge, "Processes of the running task.", task.processes),
            MetricFamily(
                "flamenco_agent_task_cpu_seconds", .gauge, "CPU time of the running task's programs.",
                task.cpuSeconds),
            MetricFamily(
                "flamenco_agent_task_resident_memory_bytes", .gauge, "Resident memory of the running task's processes.",
                task.residentBytes),
        ]
        return families
    }

    private static func delivery(_ status: AgentStatus) -> [MetricFamily] {
        [
            MetricFamily(
                "flamenco_agent_queue_bytes", .gauge, "Bytes of task logs not yet delivered to the manager.",
                status.queue.bytes),
            MetricFamily(
                "flamenco_agent_queue_tasks", .gauge, "Tasks with updates not yet delivered to the manager.",
                status.queue.tasks),
            MetricFamily(
                "flamenco_agent_delivered_updates_total", .counter, "Task updates delivered to the manager.",
                status.queue.deliveredUpdates),
            MetricFamily(
                "flamenco_agent_delivered_log_bytes_total", .counter, "Bytes of task logs delivered to the manager.",
                status.queue.deliveredBytes),
        ]
    }

    private static func manager(_ status: AgentStatus, _ counts: StatusCounts) -> [MetricFamily] {
        var requests = MetricFamily(
            "flamenco_agent_manager_requests_total", .counter,
            "Requests to the manager, by operation and HTTP status; \"none\" if there was no answer.")
        for (kind, count) in counts.requests.sorted(by: { $0.key < $1.key }) {
            requests.add(
                Double(count), ["operation": kind.operation, "status": kind.status.map(String.init) ?? "none"])
        }
        return [
            requests,
            MetricFamily(
                "flamenco_agent_manager_answers", .gauge, "1 while the manager answers, else 0.",
                status.manager.outage == nil ? 1 : 0),
            MetricFamily(
                "flamenco_agent_manager_outage_seconds_total", .counter,
                "Time during which the manager did not answer.",
                counts.outageSeconds),
        ]
    }

    private static func problems(_ counts: StatusCounts) -> [MetricFamily] {
        var problems = MetricFamily(
            "flamenco_agent_problems_total", .counter, "Warnings and errors in the agent's log.")
        for level in ["warning", "error"] { problems.add(Double(counts.problems[level] ?? 0), ["level": level]) }
        return [problems]
    }
}
