import HTTPTypes
import Logging

/// The one line that the log has for a request. No query and no header: both may hold what is nobody's business.
struct RequestLog {
    let logger: Logger

    func record(
        _ method: HTTPRequest.Method, scope: RequestScope, status: HTTPResponse.Status, took: Duration
    ) {
        let route = scope.coreContext.endpointPath.value ?? "none"
        var fields: Logger.Metadata = [
            "method": .string(method.rawValue), "route": .string(route), "status": .stringConvertible(status.code),
            "duration_ms": .stringConvertible(took / .milliseconds(1)), "request_id": .string(scope.requestID),
        ]
        if let caller = scope.caller { fields["project_id"] = .string(caller.projectID) }
        // A balancer asks every second or so; that is not worth a line.
        let level: Logger.Level = HealthRoutes.paths.contains(route) && status.code < 400 ? .debug : .info
        logger.log(level: level, "request", metadata: fields)
    }

    /// What the caller is not told.
    func explain(_ reason: String, _ message: Logger.Message, level: Logger.Level, scope: RequestScope) {
        var fields: Logger.Metadata = ["request_id": .string(scope.requestID), "reason": .string(reason)]
        if let caller = scope.caller { fields["project_id"] = .string(caller.projectID) }
        logger.log(level: level, message, metadata: fields)
    }
}
