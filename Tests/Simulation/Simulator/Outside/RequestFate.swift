import HTTPTransport
import HTTPTypes
import Loop
import TestSupport

/// What becomes of one request on its way.
struct RequestFate {
    enum Reply {
        /// The service's answer.
        case answer
        case error(TransportError.Code, mayHaveArrived: Bool)
        /// Something else answered, or the service, but not what it should.
        case other(ScriptedResponse)
    }

    /// When the service carries it out, counted from when it was sent: never, once, or twice.
    var effects: [Duration]
    var reply: Reply
    var replyAfter: Duration

    /// - Parameter left: until the request's deadline: nothing of it happens any later.
    static func fine(_ chance: inout Chance, left: Duration) -> RequestFate {
        let effect = chance.milliseconds(1...60)
        return RequestFate(effects: [effect], reply: .answer, replyAfter: effect + chance.milliseconds(0...40))
            .within(left)
    }

    static func trouble(_ chance: inout Chance, left: Duration) -> RequestFate {
        let soon = chance.milliseconds(1...3000)
        let early = soon * chance.fraction()
        let anyTime = left * chance.fraction()
        let fate =
            switch chance.number(below: 16) {
            case 0: RequestFate(effects: [], reply: .error(.connect, mayHaveArrived: false), replyAfter: soon)
            case 1: RequestFate(effects: [], reply: .error(.reset, mayHaveArrived: true), replyAfter: soon)
            case 2: RequestFate(effects: [early], reply: .error(.reset, mayHaveArrived: true), replyAfter: soon)
            case 3: RequestFate(effects: [anyTime], reply: .error(.reset, mayHaveArrived: true), replyAfter: soon)
            case 4: RequestFate(effects: [], reply: .error(.timeout, mayHaveArrived: true), replyAfter: left)
            case 5: RequestFate(effects: [anyTime], reply: .error(.timeout, mayHaveArrived: true), replyAfter: left)
            case 6: RequestFate(effects: [anyTime], reply: .answer, replyAfter: max(anyTime, left * chance.fraction()))
            case 7: RequestFate(effects: [], reply: .other(document(500)), replyAfter: soon)
            case 8: RequestFate(effects: [early], reply: .other(document(500)), replyAfter: soon)
            case 9: RequestFate(effects: [anyTime], reply: .other(gateway(&chance)), replyAfter: soon)
            case 10: RequestFate(effects: [], reply: .other(gateway(&chance)), replyAfter: soon)
            case 11: RequestFate(effects: [], reply: .other(document(503, retryAfter: 3)), replyAfter: soon)
            case 12: RequestFate(effects: [], reply: .other(document(429, retryAfter: 7)), replyAfter: soon)
            case 13: RequestFate(effects: [early], reply: .other(garbage(&chance)), replyAfter: soon)
            // Something on the way repeats it, as long as somebody waits for the answer.
            case 14: RequestFate(effects: [early, soon * chance.fraction()], reply: .answer, replyAfter: soon)
            default:
                RequestFate(
                    effects: [early, anyTime], reply: .error(.reset, mayHaveArrived: true), replyAfter: soon)
            }
        return fate.within(left)
    }

    private func within(_ left: Duration) -> RequestFate {
        var fate = self
        fate.effects = effects.map { min($0, left) }.sorted()
        if fate.replyAfter >= left {
            fate.replyAfter = left
            fate.reply = .error(.timeout, mayHaveArrived: true)
        }
        return fate
    }

    private static func document(_ status: Int, retryAfter: Int? = nil) -> ScriptedResponse {
        var fields: HTTPFields = [.contentType: "application/json"]
        if let retryAfter { fields[.retryAfter] = String(retryAfter) }
        return ScriptedResponse(
            status, fields, text: #"{"computeFault": {"message": "something broke", "code": \#(status)}}"#)
    }

    private static func gateway(_ chance: inout Chance) -> ScriptedResponse {
        ScriptedResponse(
            chance.one(of: [502, 503, 504]), [.contentType: "text/html"], text: "<html>no service today</html>")
    }

    private static func garbage(_ chance: inout Chance) -> ScriptedResponse {
        ScriptedResponse(
            200, [.contentType: "application/json"],
            text: chance.one(of: ["<html>Welcome to nginx!</html>", "{\"volume\": {\"id\": \"v", "{}", ""]))
    }
}
