import FlamencoAPI

extension Farm {
    /// The number of the job of this identity.
    func jobNumber(_ id: String) throws(FarmError) -> Int {
        guard let number = jobNumbers[try Identity.read(id, of: "job")] else {
            throw FarmError(.notFound, "there is no job \(id)")
        }
        return number
    }

    /// The job of this identity.
    func job(_ id: String) throws(FarmError) -> JobRecord {
        guard let job = jobs[try jobNumber(id)] else { throw FarmError(.notFound, "there is no job \(id)") }
        return job
    }

    /// The place of the task of this identity.
    func taskPlace(_ id: String) throws(FarmError) -> TaskPlace {
        guard let place = taskPlaces[try Identity(id, of: "task")] else {
            throw FarmError(.notFound, "there is no task \(id)")
        }
        return place
    }

    func task(at place: TaskPlace) -> TaskRecord? { jobs[place.job]?.tasks[place.index] }

    /// The worker of this identity, for somebody who asks about it.
    func worker(_ id: String) throws(FarmError) -> WorkerRecord {
        guard let worker = workers[try Identity.read(id, of: "worker")] else {
            throw FarmError(.notFound, "there is no worker \(id)")
        }
        return worker
    }

    /// The name of a worker, for sentences.
    func name(ofWorker id: String) -> String { workers[id]?.name ?? id }

    var workersInOrder: [WorkerRecord] { inOrder(Array(workers.values)) }

    /// Workers in the order of their registration.
    func inOrder(_ workers: [WorkerRecord]) -> [WorkerRecord] { workers.sorted { $0.number < $1.number } }
}
