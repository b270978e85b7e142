import Protection

/// New limits from a body: whole numbers from −1 (no limit) on, also as text. Names that are no resource are ignored.
enum QuotaInput {
    static func limits(_ field: Field) throws(APIError) -> [QuotaResource: Int] {
        let object = try field.object()
        var limits: [QuotaResource: Int] = [:]
        for resource in QuotaResource.allCases {
            guard let value = object[resource.rawValue], !value.isNull else { continue }
            let field = Field(name: resource.rawValue, value: value)
            guard let number = value.integer ?? value.string.flatMap({ Int64($0) }) else {
                throw field.wrongType("integer")
            }
            guard (-1...Int64(Int32.max)).contains(number) else {
                throw field.refusal("A quota must be -1, for no limit, or from 0 to \(Int32.max)")
            }
            limits[resource] = Int(number)
        }
        return limits
    }
}
