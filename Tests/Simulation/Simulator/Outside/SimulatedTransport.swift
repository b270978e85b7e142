import HTTPTransport
import HTTPTypes
import Loop
import TestSupport

/// The network as one life reaches it. What it has sent still arrives when it has ended.
final class SimulatedTransport: Transport, @unchecked Sendable {
    private let world: World
    private let border: Border

    init(_ world: World, _ border: Border) {
        self.world = world
        self.border = border
    }

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        let result = await border.call(
            dead: Self.failure(.cancelled, mayHaveArrived: false),
            cancelled: Self.failure(.cancelled, mayHaveArrived: true)
        ) { answer in begin(request, answer) }
        return try result.get()
    }

    func open(_ request: TransportRequest) async throws(TransportError) -> StreamingResponse {
        throw TransportError(.invalidRequest, "nothing is streamed here", requestMayHaveArrived: false)
    }

    private func begin(
        _ request: TransportRequest, _ answer: @escaping (Result<TransportResponse, TransportError>) -> Void
    ) {
        let left = world.agenda.now.duration(to: request.deadline)
        guard left > .zero else { return answer(Self.failure(.timeout, mayHaveArrived: false)) }
        let name = "\(request.head.method.rawValue) \(request.head.path ?? "")"
        let fate = world.fate(of: request.head.method, at: request.head.authority ?? "", left: left)
        world.tell("> \(name)")
        var answered: ScriptedResponse?
        let arriving = ScriptedRequest(
            request.head.method, request.head.path ?? "", request.head.headerFields, request.body.collected)
        for effect in fate.effects {
            world.cloud.underWay += 1
            world.agenda.add(after: effect) { [world] in
                world.cloud.underWay -= 1
                let response = world.cloud.answer(arriving, at: request.head.authority ?? "")
                world.tell("  at the service: \(name): \(response.status)")
                if answered == nil { answered = response }
            }
        }
        world.agenda.add(after: fate.replyAfter) { [world] in
            switch fate.reply {
            case .answer:
                guard let answered else { return answer(Self.failure(.reset, mayHaveArrived: true)) }
                world.tell("< \(name): \(answered.status)")
                answer(.success(TransportResponse(answered)))
            case .other(let response):
                world.tell("< \(name): instead \(response.status)")
                answer(.success(TransportResponse(response)))
            case .error(let code, let mayHaveArrived):
                world.tell("< \(name): \(code.rawValue)")
                answer(Self.failure(code, mayHaveArrived: mayHaveArrived))
            }
        }
    }

    private static func failure(
        _ code: TransportError.Code, mayHaveArrived: Bool
    ) -> Result<TransportResponse, TransportError> {
        .failure(TransportError(code, "simulated", requestMayHaveArrived: mayHaveArrived))
    }
}

extension TransportResponse {
    fileprivate init(_ response: ScriptedResponse) {
        self.init(
            status: .init(code: response.status), headerFields: response.headerFields, body: response.body)
    }
}

extension RequestBody {
    fileprivate var collected: [UInt8] {
        if case .bytes(let bytes) = self { bytes } else { [] }
    }
}
