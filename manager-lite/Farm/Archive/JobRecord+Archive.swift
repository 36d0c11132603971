import FlamencoAPI
import FoundationEssentials

extension JobRecord {
    func write(to writer: inout ArchiveWriter) throws {
        writer.write(id)
        writer.write(number)
        try writer.writeJSON(submitted)
        writer.write(created)
        writer.write(updated)
        writer.writeShared(status.spelling)
        writer.write(activity)
        writer.write(failures) { writer, failure in
            writer.writeShared(failure.key)
            writer.write(failure.value) { writer, count in
                writer.writeShared(count.key)
                writer.write(count.value)
            }
        }
        writer.write(tasks) { writer, task in task.write(to: &writer) }
    }

    init(from reader: inout ArchiveReader) throws(ArchiveError) {
        let (id, number) = (try reader.text(), try reader.number())
        let submitted = try reader.json(SubmittedJob.self)
        let (created, updated) = (try reader.date(), try reader.date())
        let (status, activity) = (JobStatus(spelling: try reader.sharedText()), try reader.text())
        var failures: [String: [String: Int]] = [:]
        for _ in 0..<(try reader.count()) {
            let worker = try reader.sharedText()
            for _ in 0..<(try reader.count()) {
                let type = try reader.sharedText()
                failures[worker, default: [:]][type] = try reader.number()
            }
        }
        let count = try reader.count()
        var tasks = TaskArray()
        for _ in 0..<count { tasks.append(try TaskRecord(from: &reader, ofJobWith: count)) }
        self.init(id: id, number: number, submitted: submitted, tasks: tasks, now: created)
        self.updated = updated
        self.status = status
        self.activity = activity
        self.failures = failures
    }
}

extension TaskRecord {
    fileprivate func write(to writer: inout ArchiveWriter) {
        id.write(to: &writer)
        writer.write(name)
        writer.writeShared(type)
        writer.write(priority)
        writer.writeShared(commands)
        writer.writeShared(dependencies)
        writer.write(created)
        writer.write(updated)
        writer.writeShared(status.spelling)
        writer.write(waitingFor)
        writer.write(worker) { $0.writeShared($1) }
        writer.write(touched) { $0.write($1) }
        writer.writeShared(activity)
        writer.write(stepsCompleted)
        writer.write(attempts)
        writer.write(failedBy) { $0.writeShared($1) }
        log.write(to: &writer)
    }

    /// - Parameter count: the number of tasks of the job.
    fileprivate init(from reader: inout ArchiveReader, ofJobWith count: Int) throws(ArchiveError) {
        id = try Identity(from: &reader)
        name = try reader.text()
        type = try reader.sharedText()
        priority = try reader.number()
        commands = try reader.sharedCommands()
        stepsTotal = commands.reduce(0) { $0 + $1.steps }
        dependencies = try reader.sharedNumbers()
        guard dependencies.allSatisfy((0..<count).contains) else { throw reader.problem }
        created = try reader.date()
        updated = try reader.date()
        status = TaskStatus(spelling: try reader.sharedText())
        waitingFor = try reader.number()
        worker = try reader.optional { (reader) throws(ArchiveError) in try reader.sharedText() }
        touched = try reader.optional { (reader) throws(ArchiveError) in try reader.date() }
        activity = try reader.sharedText()
        stepsCompleted = try reader.number()
        attempts = try reader.number()
        failedBy = try reader.list { (reader) throws(ArchiveError) in try reader.sharedText() }
        log = try TaskLog(from: &reader)
    }
}
