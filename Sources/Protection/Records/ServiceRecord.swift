package import FoundationEssentials

/// One process of the service, as `os-services` lists it.
package struct ServiceRecord: Sendable, Equatable {
    package var id: Int64
    package var binary: String
    package var host: String
    package var isDisabled: Bool
    package var disabledReason: String?
    package var createdAt: Date
    package var updatedAt: Date?

    package init(
        id: Int64, binary: String, host: String, isDisabled: Bool, disabledReason: String?, createdAt: Date,
        updatedAt: Date?
    ) {
        self.id = id
        self.binary = binary
        self.host = host
        self.isDisabled = isDisabled
        self.disabledReason = disabledReason
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
