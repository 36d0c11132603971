import FoundationEssentials
import TestSupport
import Testing

@testable import HTTPServer

@Suite("The request parser, fed with noise")
struct RequestParserFuzzTests {
    static let limits = {
        var limits = HTTPLimits()
        limits.headerBytes = 110
        limits.targetBytes = 40
        limits.bodyBytes = 16
        return limits
    }()

    static let seeds = [
        "GET /api/v3/version?a=b HTTP/1.1\r\nHost: farm:8080\r\nAccept: */*\r\n\r\n",
        "POST /api/v3/worker/task HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YTpi\r\nContent-Length: 0\r\n\r\n",
        "PUT /x HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 11\r\n\r\nhello world",
        "POST / HTTP/1.1\r\nhost: [::1]\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nT: u\r\n\r\n",
        "POST http://a/b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
    ]

    static let pieces = [
        "\r", "\n", "\r\n", "\r\n\r\n", "\0", " ", "\t", ":", " :", ";", "0", "5", "f", "-", "\u{7F}", "é", "\r\n ",
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "Expect: x\r\n", "HTTP/1.1",
        "99999999999",
    ].map { Array($0.utf8) }

    @Test("gives the same for the same bytes in any pieces, and no request that breaks a rule", arguments: 0..<16)
    func noise(_ seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        for _ in 0..<500 {
            let bytes = Self.mutated(&random)
            let whole = parse(bytes, limits: Self.limits)
            let single = parse(bytes, pieces: Array(repeating: 1, count: bytes.count), limits: Self.limits)
            #expect(single == whole, "one by one: \(Self.shown(bytes))")
            let sizes = (0..<bytes.count).map { _ in Int.random(in: 1...20, using: &random) }
            #expect(parse(bytes, pieces: sizes, limits: Self.limits) == whole, "in pieces: \(Self.shown(bytes))")
            if case .request = whole.first, let broken = brokenRule(bytes) {
                Issue.record("\(broken), and yet a request: \(Self.shown(bytes))")
            }
        }
    }

    @Test("takes any bytes at all without harm", arguments: 100..<104)
    func garbage(_ seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let whole = parse(bytes, limits: Self.limits)
            #expect(parse(bytes, pieces: Array(repeating: 1, count: bytes.count), limits: Self.limits) == whole)
        }
    }

    @Test(
        "the rules of this test hold for well-formed requests, so that they prove something for others",
        arguments: seeds)
    func rulesHold(_ text: String) {
        #expect(brokenRule(Array(text.utf8)) == nil)
        guard case .request = parseFirst(text, limits: Self.limits) else {
            Issue.record("not taken: \(text)")
            return
        }
    }

    private static func mutated(_ random: inout SeededNumbers) -> [UInt8] {
        var bytes = (0..<Int.random(in: 1...3, using: &random)).flatMap { _ in
            Array((seeds.randomElement(using: &random) ?? "").utf8)
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
            case 2: bytes.removeSubrange(place..<min(place + Int.random(in: 1...4, using: &random), bytes.count - 1))
            default:
                let starts = bytes.indices.filter { $0 == 0 || bytes[$0 - 1] == UInt8(ascii: "\n") }
                bytes.insert(
                    contentsOf: pieces.randomElement(using: &random) ?? [],
                    at: starts.randomElement(using: &random) ?? 0)
            }
        }
        return bytes
    }

    private static func shown(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).debugDescription }
}

/// A second, plain reading of the rules for the first request's head: the name of one that is broken.
private func brokenRule(_ bytes: [UInt8]) -> String? {
    let text = bytes.map { Character(Unicode.Scalar($0)) }
    // Character by character: "\r\n" as one Swift character would hide a CR.
    var lines: [[Character]] = [[]]
    for (index, character) in text.enumerated() {
        if character == "\n" {
            guard index > 0, text[index - 1] == "\r" else { return "a lone LF" }
            lines[lines.count - 1].removeLast()
            if lines.count > 2 || lines[0] != [], lines[lines.count - 1] == [] { break }
            lines.append([])
        } else {
            lines[lines.count - 1].append(character)
        }
    }
    if lines.first == [] { lines.removeFirst() }
    guard let requestLine = lines.first, lines.last == [] else { return "no end of the head" }
    let fields = lines.dropFirst().dropLast()
    for line in lines where line.contains(where: { $0 == "\r" || $0 == "\0" || $0 == "\u{7F}" }) {
        return "a control character in \(String(line))"
    }
    if requestLine.filter({ $0 == " " }).count != 2 { return "not two spaces in the request line" }
    let isOld = String(requestLine).hasSuffix("HTTP/1.0")
    if !String(requestLine.suffix(8)).hasPrefix("HTTP/1.") { return "another version" }
    var names: [String: [String]] = [:]
    for line in fields {
        guard let colon = line.firstIndex(of: ":") else { return "no colon" }
        if line[..<colon].isEmpty || line[..<colon].contains(where: { $0 == " " || $0 == "\t" }) {
            return "white space in a name"
        }
        let value = String(line[(colon + 1)...].drop { $0 == " " || $0 == "\t" })
        names[String(line[..<colon]).lowercased(), default: []].append(value)
    }
    let hosts = names["host"]?.count ?? 0
    if hosts > 1 || hosts == 0 && !isOld { return "\(hosts) Host fields" }
    let lengths = names["content-length"] ?? []
    if lengths.count > 1 { return "two lengths" }
    if lengths.contains(where: { !$0.allSatisfy { "0123456789 \t".contains($0) } || $0.isEmpty }) { return "no length" }
    if let codings = names["transfer-encoding"] {
        if !lengths.isEmpty { return "a length and chunks" }
        if codings.count != 1 || !codings[0].lowercased().contains("chunked") { return "an unknown coding" }
    }
    return nil
}
