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
        close(try save(in: folder.path("log"), report: folder.path("report")) { _ in })
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
            let file = open(path, O_RDONLY)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.longerPart, alignment: 16)
            var sent = 0
            while sent < bytes {
                news.wait()
                while sent < saved.load(ordering: .acquiring) {
                    let count = pread(file, buffer.baseAddress, buffer.count, sent)
                    guard count > 0, Self.writeAll(UnsafeRawBufferPointer(buffer).prefix(count), to: near) else {
                        return
                    }
                    sent += count
                }
            }
            buffer.deallocate()
            close(file)
        }
        sync()
        let clock = ContinuousClock()
        let start = clock.now
        let file = try save(in: path, report: folder.path("report")) { total in
            saved.store(total, ordering: .releasing)
            news.signal()
        }
        fsync(file)
        close(file)
        work.wait()
        let time = clock.now - start
        ends.forEach { close($0) }
        return time
    }

    /// - Returns: the descriptor of the file.
    private func save(in path: String, report: String, onPart: (Int) -> Void) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["print", kind.rawValue, "\(bytes)", report]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.fileDescriptor
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw Failure(call: "open") }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.part, alignment: 16)
        defer { buffer.deallocate() }
        var total = 0
        while total < bytes {
            let count = read(output, buffer.baseAddress, buffer.count)
            guard count > 0, Self.writeAll(UnsafeRawBufferPointer(buffer).prefix(count), to: file) else {
                throw Failure(call: "read")
            }
            total += count
            onPart(total)
        }
        process.waitUntilExit()
        return file
    }

    private static func writeAll(_ bytes: Slice<UnsafeRawBufferPointer>, to file: Int32) -> Bool {
        var rest = UnsafeRawBufferPointer(rebasing: bytes)
        while !rest.isEmpty {
            let count = write(file, rest.baseAddress, rest.count)
            if count < 0 { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
        return true
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
