import Keystone
import PluginKit
import Protection
import Testing

@testable import Engine

@Suite struct ProtectableCatalogTests {
    private func catalog() throws -> ProtectableCatalog {
        ProtectableCatalog(environment: try TestProcess().environment)
    }

    private func fault(_ id: String, type: ResourceType = .volume) async throws -> ServiceFault? {
        let catalog = try catalog()
        do {
            _ = try await catalog.instance(
                ResourceKey(type: type, id: id), parameters: [:], caller: TestProcess.caller())
            return nil
        } catch {
            return error
        }
    }

    @Test func `it knows all eight types and what each can bring along`() throws {
        let types = try catalog().types
        #expect(types.map(\.type) == ResourceType.all)
        #expect(types.first { $0.type == .server }?.dependentTypes == [.volume, .image])
        #expect(types.first { $0.type == .volume }?.dependentTypes == [])
    }

    @Test func `a type without a client is not implemented`() async throws {
        #expect(try await fault("i", type: .image)?.code == .notImplemented)
        let catalog = try catalog()
        await #expect(throws: ServiceFault.self) {
            _ = try await catalog.instances(of: .share, parameters: [:], caller: TestProcess.caller())
        }
    }

    @Test func `what is not there or not fit is not found, and a service that is down is unavailable`() async throws {
        #expect(try await fault("gone")?.code == .notFound)
        #expect(try await fault("broken")?.code == .notFound)
        #expect(try await fault("down")?.code == .unavailable)
        #expect(try await fault("fine") == nil)
    }

    @Test(arguments: [
        (ServiceError.Code.userTokenGone, ServiceFault.Code.unauthenticated),
        (.expiredTokenRefused, .unauthenticated), (.notFound, .notFound), (.forbidden, .forbidden),
        (.overLimit, .overLimit), (.badRequest, .badRequest), (.refused, .badRequest), (.conflict, .conflict),
        (.unavailable, .unavailable), (.timedOut, .unavailable), (.unreachable, .unavailable),
        (.tokensRefused, .unavailable), (.credentialRefused, .unavailable), (.rateLimited, .unavailable),
        (.untrusted, .internal), (.endpointNotFound, .internal), (.invalidRequest, .internal),
    ])
    func `what a service answers becomes what the caller is told`(
        error: ServiceError.Code, code: ServiceFault.Code
    ) async throws {
        let fault = try await fault(error.rawValue)
        #expect(fault?.code == code)
        if code == .unavailable || code == .unauthenticated {
            #expect(fault?.message.contains("127.0.0.1") == false)
            #expect(fault?.detail?.contains("127.0.0.1") == true)
        }
    }
}
