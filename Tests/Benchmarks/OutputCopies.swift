import Dispatch
import Foundation
import Synchronization
import System
import TestSupport

/// The copies that every agent has to make of what a program prints, and nothing else.
struct OutputCopies {
    struct Failure: Error { let call: String }

    private static let part = 64 << 10
    private static let longerPart = 512 << 10

    let program: String
    let kind: PrintingProgram.Kind
    let bytes: Int

    /// From the program's pipe to a file.
    func save() throws -> Duration {
        let folder = try TemporaryFolder()
        // What an earlier run has written is not to be waited for in this one.
        sync()
        let clock = ContinuousClock()
        let start = clock.now
        _ = try save(in: folder.path("log"), report: folder.path("report")) { _ in }
        return clock.now - start
    }

    /// The same, and from the file to a connection whose other end reads it; at the end the file is on the disk.
    func saveAndSend() throws -> Duration {
        let folder = try TemporaryFolder()
        let path = folder.path("log")
        guard FileManager.default.createFile(atPath: path, contents: nil) else { throw Failure(call: "open") }
        var ends: [Int32] = [0, 0]
        try Self.connect(&ends)
        let (near, far) = (ends[0], ends[1])
        let news = DispatchSemaphore(value: 0)
        let saved = Atomic(0)
        let work = DispatchGroup()
        let bytes = bytes
        DispatchQueue.global().async(group: work) { Self.receive(bytes, from: far) }
        DispatchQueue.global().async(group: work) {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.longerPart, alignment: 16)
            defer { buffer.deallocate() }
            guard let file = try? Descriptor(opening: path, .read) else { return }
            var sent = 0
            while sent < bytes {
                news.wait()
                while sent < saved.load(ordering: .acquiring) {
                    guard let count = try? file.fill(buffer, from: Int64(sent)), count > 0,
                        (try? BorrowedDescriptor(near).writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count])))
                            != nil
                    else { return }
                    sent += count
                }
            }
        }
        sync()
        let clock = ContinuousClock()
        let start = clock.now
        let file = try save(in: path, report: folder.path("report")) { total in
            saved.store(total, ordering: .releasing)
            news.signal()
        }
        try file.synchronise()
        work.wait()
        let time = clock.now - start
        ends.forEach { close($0) }
        return time
    }

    /// - Returns: the file.
    private func save(in path: String, report: String, onPart: (Int) -> Void) throws -> Descriptor {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["print", kind.rawValue, "\(bytes)", report]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = BorrowedDescriptor(pipe.fileHandleForReading.fileDescriptor)
        let file = try Descriptor(opening: path, [.write, .create])
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.part, alignment: 16)
        defer { buffer.deallocate() }
        var total = 0
        while total < bytes {
            let count = try output.read(into: buffer)
            guard count > 0 else { throw Failure(call: "read") }
            try file.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            total += count
            onPart(total)
        }
        process.waitUntilExit()
        return file
    }

    private static func receive(_ bytes: Int, from socket: Int32) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: part, alignment: 16)
        defer { buffer.deallocate() }
        var received = 0
        while received < bytes {
            let count = read(socket, buffer.baseAddress, buffer.count)
            if count <= 0 { return }
            received += count
        }
    }

    /// A connection over the loopback interface, both ends.
    private static func connect(_ ends: inout [Int32]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(listener, address, size) == 0, listen(listener, 1) == 0,
                    getsockname(listener, address, &size) == 0
                else { return false }
                ends[0] = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                guard Foundation.connect(ends[0], address, size) == 0 else { return false }
                ends[1] = accept(listener, nil, nil)
                return ends[1] >= 0
            }
        }
        guard connected else { throw Failure(call: "connect") }
    }
}
