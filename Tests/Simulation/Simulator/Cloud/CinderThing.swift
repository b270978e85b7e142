import Protection

/// A volume, snapshot or backup.
struct CinderThing {
    enum Kind: String, CaseIterable { case volumes, snapshots, backups }

    var kind: Kind
    var id: String
    var projectID: String
    var status: String
    var name: String?
    var description: String?
    var size: Int
    var metadata: [String: String] = [:]
    /// Of a snapshot or backup.
    var volumeID: String?
    var snapshotID: String?
    var failReason: String?
    /// What is in it: the word that its first volume was filled with.
    var content = ""

    /// As Cinder names one of its kind in requests and answers.
    var singular: String { String(kind.rawValue.dropLast()) }

    var json: JSONValue {
        var json: JSONValue = [
            "id": .string(id), "status": .string(status), "name": .optional(name), "size": .integer(Int64(size)),
            "description": .optional(description),
        ]
        json = json.setting(
            "metadata",
            .object(
                .init(uniqueKeysWithValues: metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })))
        if kind != .volumes { json = json.setting("volume_id", .optional(volumeID)) }
        if kind == .backups {
            json = json.setting("snapshot_id", .optional(snapshotID)).setting("fail_reason", .optional(failReason))
        }
        return json
    }
}
