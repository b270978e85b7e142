/// The names by which catalogues know a service, from OpenStack's service-types authority.
enum ServiceTypeAliases {
    private static let families: [[String]] = [
        ["block-storage", "volumev3", "volumev2", "volume", "block-store"],
        ["shared-file-system", "sharev2", "share"],
        ["object-store", "object-storage"],
        ["data-protection-orchestration", "data-protect"],
    ]

    /// All types that serve for `type`, best first: itself, then its family in the authority's order.
    static func accepted(for type: String) -> [String] {
        let family = families.first { $0.contains(type) } ?? []
        return [type] + family.filter { $0 != type }
    }
}
