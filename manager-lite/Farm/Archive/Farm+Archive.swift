import FlamencoAPI
package import FoundationEssentials
import JobTypes

/// Serialises a farm to bytes for a file: much smaller than JSON, and read and written in a fraction of the time. Other
/// versions of this program need not be able to read it.
extension Farm {
    /// Returns the farm as bytes; job types are code and are not included.
    package func archive() throws -> Data {
        var writer = ArchiveWriter()
        try writer.writeJSON(rules)
        try writer.writeJSON(variables)
        try writer.writeJSON(tags)
        writer.write(nextJobNumber)
        writer.write(nextWorkerNumber)
        trail.write(to: &writer)
        try writer.write(workersInOrder) { writer, worker in try worker.write(to: &writer) }
        try writer.write(jobs.values.sorted { $0.number < $1.number }) { writer, job in try job.write(to: &writer) }
        return Data(writer.bytes)
    }

    /// Creates a farm from bytes, with the built-in job types; nil if they are not from this version.
    package init?(archive: some ContiguousBytes) {
        let farm = archive.withUnsafeBytes { bytes -> Farm? in
            var reader = ArchiveReader(bytes)
            return try? Farm(from: &reader)
        }
        guard let farm else { return nil }
        self = farm
    }

    private init(from reader: inout ArchiveReader) throws(ArchiveError) {
        self.init(rules: try reader.json(FarmRules.self), variables: try reader.json(Variables.self))
        tags = try reader.json([WorkerTag].self)
        nextJobNumber = try reader.number()
        nextWorkerNumber = try reader.number()
        trail = try EventTrail(from: &reader)
        for _ in 0..<(try reader.count()) {
            let worker = try WorkerRecord(from: &reader)
            workers[worker.id] = worker
        }
        for _ in 0..<(try reader.count()) {
            let job = try JobRecord(from: &reader)
            jobs[job.number] = job
            index(job)
        }
        guard reader.isAtEnd else { throw reader.problem }
        for worker in workers.values {
            for place in [worker.task, worker.lastTask].compactMap({ $0 }) {
                guard jobs[place.job]?.tasks.indices.contains(place.index) ?? true else { throw reader.problem }
            }
        }
    }
}

extension EventTrail {
    fileprivate func write(to writer: inout ArchiveWriter) {
        writer.write(nextSequence)
        writer.write(events) { writer, event in
            writer.write(event.sequence)
            writer.write(event.time)
            switch event.subject {
            case .job(let id):
                writer.write(0)
                writer.writeShared(id)
            case .task(let id, let job):
                writer.write(1)
                writer.write(id)
                writer.writeShared(job)
            case .worker(let id):
                writer.write(2)
                writer.writeShared(id)
            }
            writer.writeShared(event.status)
            writer.write(event.sentence)
        }
    }

    fileprivate init(from reader: inout ArchiveReader) throws(ArchiveError) {
        let next = try reader.number()
        self.init(
            events: try reader.list { (reader) throws(ArchiveError) in
                let (sequence, time) = (try reader.number(), try reader.date())
                let subject: FarmEvent.Subject =
                    switch try reader.number() {
                    case 0: .job(try reader.sharedText())
                    case 1: .task(try reader.text(), job: try reader.sharedText())
                    case 2: .worker(try reader.sharedText())
                    default: throw reader.problem
                    }
                return FarmEvent(
                    sequence: sequence, time: time, subject: subject, status: try reader.sharedText(),
                    sentence: try reader.text())
            }, nextSequence: next)
    }
}

extension WorkerRecord {
    fileprivate func write(to writer: inout ArchiveWriter) throws {
        writer.writeShared(id)
        writer.write(number)
        for text in [secret, name] { writer.write(text) }
        for text in [address, platform, software, status.spelling] { writer.writeShared(text) }
        writer.write(supportedTaskTypes) { $0.writeShared($1) }
        for flag in [canRestart, hasToStop] { writer.write(flag) }
        writer.write(statusBeforeLoss) { $0.writeShared($1.spelling) }
        try writer.write(request) { try $0.writeJSON($1) }
        writer.write(task) { $0.write($1) }
        writer.write(lastTask) { $0.write($1) }
        writer.write(lastSeen)
        writer.write(tags.sorted()) { $0.writeShared($1) }
        try writer.write(schedule) { try $0.writeJSON($1) }
        writer.write(scheduled) { $0.writeShared($1.spelling) }
    }

    fileprivate init(from reader: inout ArchiveReader) throws(ArchiveError) {
        id = try reader.sharedText()
        number = try reader.number()
        secret = try reader.text()
        name = try reader.text()
        address = try reader.sharedText()
        platform = try reader.sharedText()
        software = try reader.sharedText()
        status = WorkerStatus(spelling: try reader.sharedText())
        supportedTaskTypes = try reader.list { (reader) throws(ArchiveError) in try reader.sharedText() }
        canRestart = try reader.flag()
        hasToStop = try reader.flag()
        statusBeforeLoss = try reader.optional { (reader) throws(ArchiveError) in
            WorkerStatus(spelling: try reader.sharedText())
        }
        request = try reader.optional { (reader) throws(ArchiveError) in
            try reader.json(WorkerStatusChangeRequest.self)
        }
        task = try reader.optional { (reader) throws(ArchiveError) in try reader.place() }
        lastTask = try reader.optional { (reader) throws(ArchiveError) in try reader.place() }
        lastSeen = try reader.date()
        tags = Set(try reader.list { (reader) throws(ArchiveError) in try reader.sharedText() })
        schedule = try reader.optional { (reader) throws(ArchiveError) in try reader.json(WorkerSleepSchedule.self) }
        scheduled = try reader.optional { (reader) throws(ArchiveError) in
            WorkerStatus(spelling: try reader.sharedText())
        }
    }
}

extension ArchiveWriter {
    fileprivate mutating func write(_ place: TaskPlace) {
        write(place.job)
        write(place.index)
    }
}

extension ArchiveReader {
    fileprivate mutating func place() throws(ArchiveError) -> TaskPlace {
        let job = try number()
        return TaskPlace(job: job, index: try number())
    }
}
