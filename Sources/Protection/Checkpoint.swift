package import FoundationEssentials
package import OrderedCollections

/// A protected plan in a bank: Karbor's `index.json`.
///
/// What is not known here (members that another version wrote) is kept and written back.
package struct Checkpoint: Sendable, Equatable {
    /// The whole index object, keys in the order they came.
    package private(set) var index: OrderedDictionary<String, JSONValue>

    package let id: String
    package let projectID: String
    package let providerID: String
    package let timestamp: Int64

    /// Throws `BankError.corrupted` unless it is an index object of version 0.9 with what a checkpoint must have.
    package init(index bytes: [UInt8]) throws(BankError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw BankError(.corrupted, "the index is no JSON: \(error)")
        }
        guard let index = value.object else { throw BankError(.corrupted, "the index is no object") }
        guard index["version"] == "0.9" else {
            throw BankError(.corrupted, "the index has version \(index["version"]?.encoded ?? "none"), not 0.9")
        }
        guard let id = index["id"]?.string, let projectID = index["project_id"]?.string,
            let providerID = index["provider_id"]?.string, let timestamp = index["timestamp"]?.integer,
            index["created_at"]?.string != nil,
            let status = index["status"]?.string, CheckpointStatus(rawValue: status) != nil
        else { throw BankError(.corrupted, "the index lacks an id, project, provider, time or status") }
        self.index = index
        self.id = id
        self.projectID = projectID
        self.providerID = providerID
        self.timestamp = timestamp
    }

    /// A new checkpoint of `plan`.
    package init(id: String, plan: Plan, ownerID: String, extraInfo: JSONValue, at date: Date) {
        self.id = id
        projectID = plan.projectID
        providerID = plan.providerID
        timestamp = Int64(date.timeIntervalSince1970.rounded(.down))
        index = [
            "version": "0.9", "id": .string(id), "status": .string(CheckpointStatus.protecting.rawValue),
            "owner_id": .string(ownerID), "provider_id": .string(plan.providerID),
            "project_id": .string(plan.projectID), "protection_plan": plan.protectionPlan,
            "extra_info": extraInfo,
            "created_at": .string(Self.day(of: date)),
            "timestamp": .integer(timestamp),
        ]
    }

    /// `YYYY-MM-DD`, UTC.
    package static func day(of date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle().year().month().day())
    }

    package var status: CheckpointStatus {
        get { index["status"]?.string.flatMap(CheckpointStatus.init) ?? .error }
        set { index["status"] = .string(newValue.rawValue) }
    }

    /// The packed resource graph; nil until it has been built.
    package var resourceGraph: String? {
        get { index["resource_graph"]?.string }
        set { index["resource_graph"] = .optional(newValue) }
    }

    package var ownerID: String? { index["owner_id"]?.string }
    package var extraInfo: JSONValue { index["extra_info"] ?? .null }
    /// `YYYY-MM-DD`, UTC: also a part of its index objects' paths.
    package var createdAt: String { index["created_at"]?.string ?? "" }
    package var protectionPlan: JSONValue { index["protection_plan"] ?? .null }
    package var planID: String? { protectionPlan["id"]?.string }
    /// About as many bytes as its index object has.
    package var weight: Int { JSONValue.object(index).weight }
    package var indexBytes: [UInt8] { JSONValue.object(index).encodedBytes }
}

extension Plan {
    /// The plan as a checkpoint keeps it: resources with their extra information as JSON text.
    package var protectionPlan: JSONValue {
        [
            "id": .string(id), "name": .string(name), "provider_id": .string(providerID),
            "resources": .array(
                resources.map { resource in
                    [
                        "id": .string(resource.id), "type": .string(resource.type.rawValue),
                        "name": .string(resource.name),
                        "extra_info": resource.extraInfo.isNull ? .null : .string(resource.extraInfo.encoded),
                    ]
                }),
        ]
    }
}
