import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Protection
import Telemetry

/// Answers a POST that comes again with the same `Idempotency-Key` as it was answered the first time, and does it once.
///
/// As the draft of the IETF has it (draft-ietf-httpapi-idempotency-key-header), but for the same key with another body: that is
/// 409 here, not 422. Bodies are compared byte for byte. One whose first is under way is 409 with `Retry-After`, also as in the
/// draft: to wait for it would hold a connection for each of a client's attempts. A refused request keeps no answer.
struct RepeatedRequests: RouterMiddleware {
    /// In an answer that was given before. (The draft has no word for it; this one is Stripe's.)
    static let replayed = "Idempotent-Replayed"

    let requests: IdempotentRequests
    let bodyLimit: Int

    func handle(
        _ request: Request, context: ProjectScope, next: (Request, ProjectScope) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post, let text = try IdempotencyKey.text(in: request.headers) else {
            return try await next(request, context)
        }
        let key = IdempotencyKey(projectID: context.caller.projectID, path: request.uri.path, text: text)
        let body = try await request.jsonBytes(limit: bodyLimit)
        let answer = try await requests.answer(to: key, request: Secret(body)) { keeping in
            var scope = context
            scope.answers = keeping
            let whole = Request(head: request.head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
            let response = try await next(whole, scope)
            let collected = CollectedBody()
            try await response.body.write(collected)
            return IdempotentRequests.Answer(status: response.status.code, body: collected.bytes)
        }
        return response(answer)
    }

    private func response(_ answer: IdempotentRequests.Answer) -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .contentLength: String(answer.body.count)]
        if answer.isRepeated, let name = HTTPField.Name(Self.replayed) { headers[name] = "true" }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
