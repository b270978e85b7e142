import FoundationEssentials
import HTTPTransport
import Loop
import Synchronization

/// Finds Keystone's v3 API below an `auth_url` that does not say a version.
///
/// Of what Keystone answers only the path is taken: its own idea of its host is often wrong, and passwords go to nobody
/// but the host that the operator has named. Where it answers something else, `/v3` is a good guess.
final class VersionDiscovery: Sendable {
    private let base: BaseURL
    private let transport: any Transport
    private let trust: TLSTrust
    private let known: Expiring<BaseURL>
    private let time: any TimeSource
    private let metrics: ServiceMetrics

    init(
        base: BaseURL, transport: any Transport, trust: TLSTrust, time: any TimeSource, metrics: ServiceMetrics
    ) {
        self.base = base
        self.transport = transport
        self.trust = trust
        self.time = time
        self.metrics = metrics
        known = Expiring(time: time)
    }

    func endpoint(until deadline: ContinuousClock.Instant) async throws(ServiceError) -> BaseURL {
        if let named = Self.versionNamed(in: base) { return named }
        return try await known.value(until: deadline, time: time) { [self] deadline async throws(ServiceError) in
            (try await discover(until: deadline), goodFor: .seconds(3600))
        }
    }

    /// `…/v3` as it is; `…/v2.0`, which Keystone has left behind, with `v3` in its place.
    private static func versionNamed(in base: BaseURL) -> BaseURL? {
        guard let last = base.segments.last else { return nil }
        if last == "v3" { return base }
        guard last == "v2.0" else { return nil }
        return base.with(path: String(base.path.dropLast(last.count)) + "v3")
    }

    private func discover(until deadline: ContinuousClock.Instant) async throws(ServiceError) -> BaseURL {
        let exchange = Exchange(
            serviceType: "identity", base: base, transport: transport, trust: trust, time: time, metrics: metrics)
        let call = Exchange.Call(method: .get, path: exchange.path(to: ""), deadline: deadline, bodyLimit: 1 << 20)
        let response = try await exchange.send(call)
        switch response.status.code {
        case 200, 300:
            if let path = VersionDocument.pathOfV3(in: response.body) { return base.with(path: path) }
        case 500...: throw exchange.error(response, to: call, hiding: [])
        default: break
        }
        return base.appending("v3")
    }
}

/// `{"versions": {"values": […]}}`, `{"versions": […]}` or `{"version": {…}}`.
private struct VersionDocument: Decodable {
    private var versions: [Version] = []

    static func pathOfV3(in body: [UInt8]) -> String? {
        guard let document = try? JSONDecoder().decode(VersionDocument.self, from: Data(body)) else { return nil }
        let v3 = document.versions.first { $0.id == "v3" || $0.id.hasPrefix("v3.") }
        let link = v3?.links.elements.first { $0.rel == "self" } ?? v3?.links.elements.first
        return link.flatMap { BaseURL($0.href)?.path }
    }

    private enum Keys: CodingKey { case versions, version, values }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        if let one = fields.lenient(Version.self, .version) { versions = [one] }
        if let list = fields.lenient(LenientArray<Version>.self, .versions) { versions = list.elements }
        if let nested = try? fields.nestedContainer(keyedBy: Keys.self, forKey: .versions),
            let list = nested.lenient(LenientArray<Version>.self, .values)
        {
            versions = list.elements
        }
    }

    private struct Version: Decodable {
        var id: String
        var links: LenientArray<Link>
    }

    private struct Link: Decodable {
        var rel: String?
        var href: String
    }
}
