/// Answers a request. Runs in a Swift task of its own for each request; must not block.
public typealias HTTPHandler = @Sendable (HTTPRequest) async -> HTTPResponse
