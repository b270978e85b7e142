import Engine
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Loop
import Protection
import TestSupport
import Testing

@testable import API

/// An API over services that are made up, and what a test can look at and turn.
final class TestAPI: Sendable {
    let records = MemoryRecords()
    let quotas = MemoryQuotas()
    let operations: FakeOperations
    let protectables = FakeProtectables()
    let callers = FakeCallers()
    let progress = FakeProgress()
    let log = CollectedLog()
    let time = ManualTime(date: Date(timeIntervalSince1970: 1_795_524_753))
    let impediments = Locked<[Impediment]>([])
    let nextID = Locked<String?>(nil)
    let configuration: APIConfiguration
    let providers: [ProviderDescription]

    init(_ change: (inout APIConfiguration) -> Void = { _ in }) throws {
        var configuration = APIConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        configuration.wwwAuthenticateURI = "http://127.0.0.1:5000"
        change(&configuration)
        self.configuration = configuration
        providers = FakeProviders.descriptions(recorded: try Recording("02-providers-list").answer)
        operations = FakeOperations(records: records, now: { [time] in time.date() })
    }

    func server(whenRunning: @escaping @Sendable (Int?) async -> Void = { _ in }) -> APIServer {
        APIServer(
            configuration: configuration,
            services: APIServices(
                records: records, quotas: quotas, processes: quotas, operations: operations,
                protectables: protectables, answers: records.answers, progress: progress, providers: providers,
                authenticator: callers,
                readiness: { self.impediments.withLock { $0 } }, time: time,
                newID: { self.nextID.withLock { $0 } ?? UUID().uuidString.lowercased() }),
            logger: log.logger, whenRunning: whenRunning)
    }

    /// Runs `body` with a client that hands its requests to the API, or sends them over a socket.
    func run(_ setup: TestingSetup = .router, _ body: @Sendable (APIClient) async throws -> Void) async throws {
        try await server().test(setup) { client in try await body(APIClient(client: client)) }
    }

    /// Runs `body` with an API on a socket: a client of it, and the port for what no client would send.
    func listen(_ body: @Sendable (APIClient, _ port: Int) async throws -> Void) async throws {
        try await run(.live) { client in try await body(client, try #require(client.client.port)) }
    }

    var storedPlans: [Plan] { records.rows.withLock(\.plans) }

    /// How often anything was written, in any of the services.
    var writes: Int {
        records.rows.withLock(\.writes) + quotas.rows.withLock(\.writes) + operations.state.withLock(\.admissions)
    }
}

/// An answer, read.
struct Answer {
    let status: Int
    let headers: HTTPFields
    let text: String

    /// Null where there is no JSON.
    var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
    /// The error's message.
    var message: String? { json.object?.values.first?["message"]?.string }
    /// The error's name: `badRequest`.
    var kind: String? { json.object?.keys.first }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}

struct APIClient: Sendable {
    let client: any TestClientProtocol

    static let v1 = "/v1/" + FakeCallers.project

    /// - Parameter path: below the project, or a whole one where it begins with a slash.
    func send(
        _ method: String, _ path: String, _ body: JSONValue? = nil, as who: String? = "member",
        headers: [String: String] = [:]
    ) async throws -> Answer {
        try await send(method, path, bytes: body?.encodedBytes, as: who, headers: headers)
    }

    func send(
        _ method: String, _ path: String, bytes: [UInt8]?, as who: String? = "member", headers: [String: String] = [:]
    ) async throws -> Answer {
        var fields = HTTPFields()
        if let who, let name = HTTPField.Name("X-Auth-Token") { fields[name] = who + "-token" }
        if bytes != nil { fields[.contentType] = "application/json" }
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let uri = path.hasPrefix("/") ? path : Self.v1 + "/" + path
        return try await client.execute(
            uri: uri, method: HTTPRequest.Method(method) ?? .get, headers: fields,
            body: bytes.map { ByteBuffer(bytes: $0) }
        ) { response in
            Answer(
                status: response.status.code, headers: response.headers, text: String(buffer: response.body))
        }
    }

    func get(_ path: String, as who: String? = "member", headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", path, as: who, headers: headers)
    }

    func post(_ path: String, _ body: JSONValue, as who: String? = "member") async throws -> Answer {
        try await send("POST", path, body, as: who)
    }

    func put(_ path: String, _ body: JSONValue, as who: String? = "member") async throws -> Answer {
        try await send("PUT", path, body, as: who)
    }

    func delete(_ path: String, as who: String? = "member") async throws -> Answer {
        try await send("DELETE", path, as: who)
    }
}
