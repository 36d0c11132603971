import Farm
import FlamencoAPI
import HTTPServer

/// Requests of users about the manager itself.
extension Service {
    func answerAboutConfiguration(_ request: ServiceRequest) throws(ServiceError) -> HTTPResponse {
        if request.operation == .getConfiguration {
            return request.reply(ManagerConfiguration(storageLocation: storage))
        }
        guard let audience = VariableAudience(rawValue: request.argument(0)) else {
            throw ServiceError(404, "there is no audience \"\(request.argument(0))\": use users or workers")
        }
        let platform = request.argument(1)
        let variables = look { $0.variables }
        if request.operation == .getVariables { return request.reply(variables.values(on: platform, for: audience)) }
        // Two-way variables define the folder's path on other platforms; without one, it is the same.
        let collapsed = variables.collapse(storage, from: Platform.own.rawValue)
        let expanded = variables.expand(collapsed, on: platform, for: audience)
        return request.reply(
            SharedStorageLocation(
                location: expanded == collapsed ? storage : expanded, audience: audience, platform: platform))
    }
}
