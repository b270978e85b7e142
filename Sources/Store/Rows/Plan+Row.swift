import GRDB
import Protection

extension Plan {
    init(_ row: RowReader) throws(StoreError) {
        self.init(
            id: try row.text("id"), projectID: try row.text("project_id"), name: try row.text("name"),
            description: try row.optionalText("description"), providerID: try row.text("provider_id"),
            status: try row.text("status"), resources: try Self.resources(row),
            parameters: Parameters(try row.json("parameters")), createdAt: try row.date("created_at"))
    }

    /// In the order of `columns`.
    static let columns = "id, project_id, name, description, provider_id, status, resources, parameters, created_at"
    var arguments: StatementArguments {
        [
            id, projectID, name, description, providerID, status, encodedResources, parameters.json.encoded,
            createdAt.stored,
        ]
    }

    var encodedResources: String {
        JSONValue.array(
            resources.map { resource in
                [
                    "type": .string(resource.type.rawValue), "id": .string(resource.id),
                    "name": .string(resource.name), "extra_info": resource.extraInfo,
                ]
            }
        ).encoded
    }

    private static func resources(_ row: RowReader) throws(StoreError) -> [Resource] {
        guard let values = try row.json("resources").array else { throw row.corrupted("resources", "is no array") }
        var resources: [Resource] = []
        for value in values {
            guard let type = value["type"]?.string, let id = value["id"]?.string, let name = value["name"]?.string
            else { throw row.corrupted("resources", "holds a resource without type, id or name") }
            resources.append(
                Resource(
                    type: ResourceType(rawValue: type), id: id, name: name, extraInfo: value["extra_info"] ?? .null))
        }
        return resources
    }
}
