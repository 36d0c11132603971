package import FlamencoAPI
package import FoundationEssentials

/// Tags: a job with a tag is only for workers with the same tag, other jobs are for all workers.
extension Farm {
    /// Returns all tags, in order of creation (Flamenco 3: `fetchWorkerTags`).
    package func fetchTags() -> WorkerTagList { WorkerTagList(tags: tags) }

    /// Returns a tag (Flamenco 3: `fetchWorkerTag`).
    package func fetchTag(_ id: String) throws(FarmError) -> WorkerTag { tags[try tag(id)] }

    /// Creates a tag (Flamenco 3: `createWorkerTag`), with the given UUID, if any.
    package mutating func createTag(
        _ tag: WorkerTag, using generator: inout some RandomNumberGenerator
    ) throws(FarmError) -> WorkerTag {
        var tag = tag
        let id = tag.id.flatMap { $0.isEmpty ? nil : $0 }
        tag.id =
            try id.map { (id) throws(FarmError) in try Identity.read(id, of: "tag") }
            ?? Identity.random(using: &generator)
        tag.description = tag.description ?? ""
        if tags.contains(where: { $0.id == tag.id }) {
            throw FarmError(.conflict, "a tag \(tag.id ?? "") already exists")
        }
        if tags.contains(where: { $0.name == tag.name }) {
            throw FarmError(.conflict, "a tag \"\(tag.name)\" already exists")
        }
        tags.append(tag)
        return tag
    }

    /// Changes name and description of a tag (Flamenco 3: `updateWorkerTag`); without a description, the existing one
    /// is kept.
    package mutating func updateTag(_ id: String, _ change: WorkerTag) throws(FarmError) {
        let index = try tag(id)
        // Redundant with the URL, but must be a valid UUID.
        if let id = change.id { _ = try Identity.read(id, of: "tag") }
        tags[index].name = change.name
        if let description = change.description { tags[index].description = description }
    }

    /// Removes a tag from all workers and jobs and deletes it (Flamenco 3: `deleteWorkerTag`): its jobs are for any
    /// worker.
    package mutating func deleteTag(_ id: String) throws(FarmError) {
        let tag = tags.remove(at: try tag(id))
        for worker in workers.values { workers[worker.id]?.tags.remove(tag.id ?? "") }
        for job in jobs.values where job.submitted.workerTag == tag.id { jobs[job.number]?.submitted.workerTag = nil }
    }

    /// Sets the tags of a worker (Flamenco 3: `setWorkerTags`).
    package mutating func setTags(ofWorker id: String, _ change: WorkerTagChange) throws(FarmError) {
        let worker = try worker(id)
        var ids: Set<String> = []
        for id in change.tagIDs { ids.insert(tags[try tag(id, .badRequest)].id ?? "") }
        workers[worker.id]?.tags = ids
    }

    /// Sets or removes the tag of a job (Flamenco 3: `setJobTag`).
    package mutating func setTag(ofJob id: String, _ change: JobTagChange, now: Date) throws(FarmError) {
        let number = try jobNumber(id)
        let wanted = change.workerTag ?? ""
        let tag = wanted.isEmpty ? nil : tags[try tag(wanted, .badRequest)].id
        jobs[number]?.submitted.workerTag = tag
        jobs[number]?.updated = now
    }

    /// Whether the tag of a job allows its tasks to be assigned to a worker.
    func mayHave(tasksOfJob number: Int, _ worker: WorkerRecord) -> Bool {
        guard let tag = jobs[number]?.submitted.workerTag, !tag.isEmpty else { return true }
        return worker.tags.contains(tag)
    }

    /// Returns the index of the tag with this UUID.
    func tag(_ id: String, _ refusal: FarmError.Status = .notFound) throws(FarmError) -> Int {
        let key = try Identity.read(id, of: "tag")
        guard let index = tags.firstIndex(where: { $0.id == key }) else {
            throw FarmError(refusal, "there is no tag \(id)")
        }
        return index
    }
}
