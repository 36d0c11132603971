package import FlamencoAPI
package import FoundationEssentials

/// Sleep schedules of workers.
extension Farm {
    /// Returns the schedule of a worker (Flamenco 3: `fetchWorkerSleepSchedule`).
    package func fetchSleepSchedule(ofWorker id: String) throws(FarmError) -> WorkerSleepSchedule? {
        try worker(id).schedule
    }

    /// Sets the schedule of a worker (Flamenco 3: `setWorkerSleepSchedule`).
    ///
    /// As with Flamenco, an invalid schedule is stored too; it has no effect.
    package mutating func setSleepSchedule(
        ofWorker id: String, _ schedule: WorkerSleepSchedule, now: Date
    ) throws(FarmError) {
        let worker = try worker(id)
        workers[worker.id]?.schedule = schedule
        workers[worker.id]?.scheduled = nil
        if schedule.isActive, SleepTimes(schedule) == nil {
            record(
                .worker(worker.id), worker.status.spelling,
                "warning: worker \(worker.name) has an invalid sleep schedule: \(schedule.daysOfWeek) "
                    + "\(schedule.startTime) to \(schedule.endTime)", now)
        }
    }

    /// Requests workers to sleep and to wake up, once each time, according to their schedules.
    mutating func obeySchedules(now: Date) {
        for worker in inOrder(workers.values.filter { $0.schedule?.isActive == true }) {
            guard let schedule = worker.schedule, schedule.isActive, let times = SleepTimes(schedule) else { continue }
            let status: WorkerStatus = times.contains(now, in: rules.timeZone ?? .local(at: now)) ? .asleep : .awake
            guard worker.scheduled != status else { continue }
            workers[worker.id]?.scheduled = status
            // A worker that is offline receives the request when it returns.
            let isSo = worker.request.map(\.status) ?? worker.status
            guard isSo != status, worker.hasSignedOn else { continue }
            workers[worker.id]?.request =
                worker.status == status ? nil : WorkerStatusChangeRequest(status: status, isLazy: true)
            record(
                .worker(worker.id), worker.status.spelling,
                "worker \(worker.name) is asked to go \(status) by its sleep schedule", now)
        }
    }
}

/// The times at which a worker sleeps.
struct SleepTimes {
    /// 1 is Sunday; every day if empty.
    private let days: Set<Int>
    /// Minutes from midnight.
    private let start: Int
    private let end: Int

    /// Nil if the schedule is invalid.
    init?(_ schedule: WorkerSleepSchedule) {
        let names = ["su", "mo", "tu", "we", "th", "fr", "sa"]
        var days: Set<Int> = []
        for word in schedule.daysOfWeek.lowercased().split(separator: " ") {
            guard let index = names.firstIndex(of: String(word)) else { return nil }
            days.insert(index + 1)
        }
        guard let start = Self.minutes(schedule.startTime), let end = Self.minutes(schedule.endTime) else { return nil }
        self.days = days
        self.start = start
        self.end = end
    }

    /// Whether a worker sleeps at a time. Sleep that continues after midnight belongs to the day on which it started.
    func contains(_ date: Date, in timeZone: TimeZone) -> Bool {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let now = calendar.dateComponents([.weekday, .hour, .minute], from: date)
        let minute = (now.hour ?? 0) * 60 + (now.minute ?? 0)
        let today = now.weekday ?? 1
        func isOn(_ day: Int) -> Bool { days.isEmpty || days.contains(day) }
        if start <= end { return isOn(today) && (start..<end).contains(minute) }
        return isOn(today) && minute >= start || isOn((today + 5) % 7 + 1) && minute < end
    }

    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...24).contains(hour),
            (0...59).contains(minute), hour < 24 || minute == 0
        else { return nil }
        return hour * 60 + minute
    }
}
