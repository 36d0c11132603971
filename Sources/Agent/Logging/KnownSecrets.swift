import FoundationEssentials
package import ManagerClient
import Synchronization

/// What nobody but the agent and its manager may read; texts for people pass through here.
package final class KnownSecrets: Sendable {
    private let texts = Mutex<[String]>([])

    package init() {}

    /// Takes note of credentials: from now on neither their secret nor what it becomes in a request gets through.
    package func add(_ credentials: WorkerCredentials) {
        // RFC 7617: what HTTP Basic makes of user and password.
        let token = Data("\(credentials.workerID):\(credentials.secret)".utf8).base64EncodedString()
        add(token)
        add(credentials.secret)
    }

    /// Takes note of a secret.
    package func add(_ secret: String) {
        guard !secret.isEmpty else { return }
        texts.withLock { if !$0.contains(secret) { $0.append(secret) } }
    }

    /// The text with every secret in it blotted out.
    package func concealed(in text: String) -> String {
        var text = text
        for secret in texts.withLock(\.self) where text.contains(secret) {
            text = text.replacing(secret, with: "[secret]")
        }
        return Self.withoutAuthorization(text)
    }

    /// Without what stands behind `Authorization:`, whoever's it is, up to the end of the line.
    private static func withoutAuthorization(_ text: String) -> String {
        // Most lines do not have it, and the search without regard to case is slow.
        guard text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "z") }) else { return text }
        return text.replacing(#/(authorization["”]?\s*[:=]\s*)[^\n]+/#.ignoresCase()) { "\($0.output.1)[secret]" }
    }
}
