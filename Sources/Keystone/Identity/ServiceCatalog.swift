/// The services of a cloud and where they are, as Keystone put them into a token.
package struct ServiceCatalog: Sendable, Codable, Equatable {
    package var entries: [Entry]

    package init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    package init(from decoder: any Decoder) throws {
        entries = try LenientArray<Entry>(from: decoder).elements
    }

    package func encode(to encoder: any Encoder) throws {
        try entries.encode(to: encoder)
    }

    package struct Entry: Sendable, Codable, Equatable {
        package var type: String
        package var name: String?
        package var endpoints: [Endpoint]

        package init(type: String, name: String? = nil, endpoints: [Endpoint]) {
            self.type = type
            self.name = name
            self.endpoints = endpoints
        }

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            type = try fields.decode(String.self, forKey: .type)
            name = fields.lenient(String.self, .name)
            endpoints = fields.lenient(LenientArray<Endpoint>.self, .endpoints)?.elements ?? []
        }
    }

    package struct Endpoint: Sendable, Codable, Equatable {
        package var interface: String
        package var url: String
        package var region: String?
        package var regionID: String?

        private enum CodingKeys: String, CodingKey {
            case interface, url, region
            case regionID = "region_id"
        }

        package init(interface: String, url: String, region: String? = nil, regionID: String? = nil) {
            self.interface = interface
            self.url = url
            self.region = region
            self.regionID = regionID
        }

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            interface = try fields.decode(String.self, forKey: .interface)
            url = try fields.decode(String.self, forKey: .url)
            region = fields.lenient(String.self, .region)
            regionID = fields.lenient(String.self, .regionID)
        }
    }
}
