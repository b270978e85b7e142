import FoundationEssentials
import HTTPTypes
import Keystone

/// What most of OpenStack's requests look like: one JSON object under its name, or a list of them in pages.
extension ServiceAdapter {
    func get<Value: Decodable & Sendable>(
        _ path: ServicePath, in key: String, timeout: Duration
    ) async throws(ServiceError) -> Value {
        try await send(ServiceRequest(.get, path, timeout: timeout)).decode(Enveloped<Value>.self, configuration: key)
            .value
    }

    func send<Value: Decodable & Sendable>(
        _ method: HTTPRequest.Method, _ path: ServicePath, _ body: some Encodable, in key: String, timeout: Duration
    ) async throws(ServiceError) -> Value {
        guard let encoded = try? JSONEncoder().encode([key: body]) else {
            throw ServiceError(
                .invalidRequest, "the request cannot be written as JSON", serviceType: serviceType,
                operation: "\(method.rawValue) \(path.encoded)", requestID: session.requestID)
        }
        let request = ServiceRequest(method, path, body: [UInt8](encoded), timeout: timeout)
        return try await send(request).decode(Enveloped<Value>.self, configuration: key).value
    }

    func delete(_ path: ServicePath, timeout: Duration) async throws(ServiceError) {
        _ = try await send(ServiceRequest(.delete, path, timeout: timeout))
    }

    /// The list below `key`, whose pages are linked by `<key>_links`.
    func list<Value: Decodable & Sendable>(
        _ path: ServicePath, in key: String, filter: [QueryItem], pageSize: Int?, timeout: Duration
    ) -> PagedSequence<Value> {
        let first = pageSize.map { [QueryItem("limit", String($0))] } ?? []
        return PagedSequence(serviceType: serviceType) { query async throws(ServiceError) in
            var request = ServiceRequest(.get, path, query: filter + first, timeout: timeout)
            if let query { request.query = query }
            let page = try await send(request).decode(EnvelopedPage<Value>.self, configuration: key)
            return PagedSequence.Page(elements: page.elements, next: page.next)
        }
    }
}

private struct EnvelopeKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) {
        stringValue = name
    }

    init?(stringValue: String) {
        self.init(stringValue)
    }

    init?(intValue: Int) {
        nil
    }
}

/// `{"volume": {…}}`
private struct Enveloped<Value: Decodable & Sendable>: DecodableWithConfiguration, Sendable {
    var value: Value

    init(from decoder: any Decoder, configuration key: String) throws {
        value = try decoder.container(keyedBy: EnvelopeKey.self).decode(Value.self, forKey: EnvelopeKey(key))
    }
}

/// `{"volumes": [{…}], "volumes_links": [{"rel": "next", "href": …}]}`
private struct EnvelopedPage<Value: Decodable & Sendable>: DecodableWithConfiguration, Sendable {
    var elements: [Value]
    var next: PageLink?

    private struct Link: Decodable {
        var rel: String
        var href: String
    }

    init(from decoder: any Decoder, configuration key: String) throws {
        let fields = try decoder.container(keyedBy: EnvelopeKey.self)
        elements = try fields.decode([Value].self, forKey: EnvelopeKey(key))
        let links = fields.lenient(LenientArray<Link>.self, EnvelopeKey(key + "_links"))?.elements ?? []
        next = links.first { $0.rel == "next" }.flatMap { PageLink($0.href) }
    }
}
