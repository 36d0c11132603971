import FlamencoAPI
import FoundationEssentials
import ManagerClient

extension ManagerClient {
    /// Sends an update of a task.
    func deliver(
        _ update: OutgoingUpdate, of task: String, as worker: WorkerCredentials?
    ) async throws(ManagerError) -> UpdateReceipt {
        guard let worker else {
            throw ManagerError(
                request: "update of task \(task)",
                reason: .unauthorised(status: 401, message: "this worker is not registered"))
        }
        do {
            return try await updateTask(task, update.json, as: worker)
        } catch let error as ManagerError {
            throw error
        } catch {
            throw ManagerError(request: "update of task \(task)", reason: .unreachable("it was cancelled"))
        }
    }
}

extension OutgoingUpdate {
    /// The update as the contract's JSON (`TaskUpdate`), written by hand since logs are long.
    var json: Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(log.count + log.count / 16 + 256)
        func append(_ name: StaticString, _ appendValue: () -> Void) {
            bytes.append(UInt8(ascii: bytes.isEmpty ? "{" : ","))
            name.withUTF8Buffer { bytes.append(contentsOf: $0) }
            appendValue()
        }
        if let status { append("\"taskStatus\":") { JSONText.appendQuoted(status.spelling, to: &bytes) } }
        if let activity { append("\"activity\":") { JSONText.appendQuoted(activity, to: &bytes) } }
        if !log.isEmpty {
            append("\"log\":") {
                bytes.append(UInt8(ascii: "\""))
                log.withUnsafeBufferPointer { JSONText.appendEscaped($0, to: &bytes) }
                bytes.append(UInt8(ascii: "\""))
            }
        }
        bytes.append(contentsOf: bytes.isEmpty ? "{}".utf8 : "}".utf8)
        return Data(bytes)
    }
}
