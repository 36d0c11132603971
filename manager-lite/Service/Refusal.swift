import Farm
import HTTPServer

/// Why a request is not answered with what it asks for: a status and one sentence.
struct Refusal: Error {
    let status: Int
    let message: String
    private(set) var headers = HTTPHeaders()

    init(_ status: Int, _ message: String, headers: HTTPHeaders = HTTPHeaders()) {
        self.status = status
        self.message = message
        self.headers = headers
    }

    init(_ error: FarmError) { self.init(error.status.rawValue, error.description) }

    var response: HTTPResponse {
        var response = JSONReply.error(status, message)
        for field in headers { response.headers.append(field.name, field.value) }
        return response
    }
}

/// Calls the farm; what it refuses becomes a refusal of the request.
func asking<Answer>(_ body: () throws(FarmError) -> Answer) throws(Refusal) -> Answer {
    do throws(FarmError) {
        return try body()
    } catch {
        throw Refusal(error)
    }
}
