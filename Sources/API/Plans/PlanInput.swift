import Protection

/// What a body asks of a plan, checked as far as it can be without looking anything up.
struct PlanInput {
    static let statuses = ["suspended", "started"]

    var name: String?
    var description: String?
    /// Whether the body speaks of a description: with null it takes it away.
    var hasDescription: Bool
    var status: String?
    var resources: [Resource]?

    /// The body of an update: something of what may be changed.
    init(update field: Field) throws(APIError) {
        let members = try field.members(["name", "status", "resources", "description"])
        guard !members.object.isEmpty else {
            throw APIError(.badRequest, "Missing updated parameters in request body.")
        }
        try self.init(members)
        status = try members["status"]?.word(of: Self.statuses)
    }

    private init(_ members: Members) throws(APIError) {
        name = try members["name"]?.nameText()
        description = try members["description"]?.descriptionText()
        hasDescription = members["description"] != nil
        resources = try members["resources"].map { field throws(APIError) in try Self.resources(field) }
    }

    /// The body of a new plan, with what an update may not hold.
    static func new(
        _ field: Field
    ) throws(APIError) -> (input: PlanInput, providerID: String, parameters: Protection.Parameters) {
        let members = try field.members(
            ["name", "description", "provider_id", "parameters", "resources"],
            required: ["provider_id", "parameters"])
        let input = try PlanInput(members)
        let providerID = try members.required("provider_id").uuid()
        return (input, providerID, try members.required("parameters").parameters())
    }

    /// A list of objects, each with at least an id, a type and a name. What else they hold is dropped, as by Karbor.
    private static func resources(_ field: Field) throws(APIError) -> [Resource] {
        guard let elements = field.value.array else { throw field.wrongType("array") }
        guard !elements.isEmpty else {
            throw APIError(.badRequest, "Invalid input received: a list of resources must be provided for a plan.")
        }
        var resources: [Resource] = []
        for element in elements {
            let object = try Field(name: field.name, value: element).object()
            let members = Members(parent: Field(name: field.name, value: element), object: object)
            let type = ResourceType(rawValue: try members.required("type").text())
            guard ResourceType.all.contains(type) else {
                throw APIError(.badRequest, "The type of resource '\(type)' is not known.")
            }
            resources.append(
                Resource(
                    type: type, id: try members.required("id").uuid(),
                    name: try members.required("name").optionalText() ?? "",
                    extraInfo: try members["extra_info"]?.optionalObject() ?? .null))
        }
        return resources
    }
}
