import HTTPTypes
import Testing

@testable import Keystone

@Suite struct RetryPolicyTests {
    let policy = RetryPolicy()

    func pause(
        _ code: ServiceError.Code, _ method: HTTPRequest.Method = .get, status: Int? = nil, repeats: Int = 0,
        retryAfter: Duration? = nil, arrived: Bool = false, left: Duration = .seconds(60)
    ) -> Duration? {
        let error = ServiceError(
            code, "", serviceType: "volumev3", status: status, retryAfter: retryAfter, requestMayHaveArrived: arrived)
        return policy.pause(after: error, method: method, repeats: repeats, left: left, jitter: 1)
    }

    @Test func `reading is repeated after what may pass, with growing pauses, three times`() {
        for code in [ServiceError.Code.unavailable, .rateLimited, .unreachable, .interrupted] {
            #expect((0..<4).map { pause(code, repeats: $0) } == [.milliseconds(500), .seconds(1), .seconds(2), nil])
        }
    }

    @Test func `nothing is repeated after an answer that will be the same again`() {
        let lasting = ServiceError.Code.allCases.filter {
            ![.unavailable, .rateLimited, .unreachable, .interrupted].contains($0)
        }
        for code in lasting { #expect(pause(code) == nil) }
    }

    @Test func `a POST is never repeated`() {
        for code in ServiceError.Code.allCases { #expect(pause(code, .post) == nil) }
    }

    @Test func `deleting and replacing are repeated only where nothing was sent`() {
        for method in [HTTPRequest.Method.delete, .put] {
            #expect(pause(.unreachable, method) != nil)
            #expect(pause(.interrupted, method, arrived: true) == nil)
            #expect(pause(.unavailable, method, status: 503) == nil)
        }
    }

    @Test func `the service's own wish counts if it is longer`() {
        #expect(pause(.rateLimited, retryAfter: .seconds(20)) == .seconds(20))
        #expect(pause(.rateLimited, retryAfter: .zero) == .milliseconds(500))
        #expect(pause(.rateLimited, retryAfter: .seconds(20), left: .seconds(20)) == nil)
    }
}
