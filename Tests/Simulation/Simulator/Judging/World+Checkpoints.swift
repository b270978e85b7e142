import Protection

/// What the bank says, read by whoever judges: without its troubles.
extension World {
    /// All checkpoints, deleted ones among them, by their ids.
    var checkpoints: [Checkpoint] {
        bank.objects.keys.filter { $0.path.hasSuffix("/index.json") }.sorted().compactMap { key in
            bank.objects[key].flatMap { try? Checkpoint(index: $0) }
        }
    }

    /// The object `name` of a resource's part of a checkpoint.
    func object(_ name: String, of resourceID: String, in checkpoint: Checkpoint) -> [UInt8]? {
        let text = "/checkpoints/\(checkpoint.id)/resource-data/\(resourceID)/\(name)"
        return (try? BankKey(text)).flatMap { bank.objects[$0] }
    }

    func status(of resourceID: String, in checkpoint: Checkpoint) -> String? {
        object("status", of: resourceID, in: checkpoint).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The backup that the bank names for a resource.
    func backupID(of resourceID: String, in checkpoint: Checkpoint) -> String? {
        object("metadata", of: resourceID, in: checkpoint).flatMap { try? JSONValue(parsing: $0) }?["backup_id"]?.string
    }

    /// Index objects that lead to a checkpoint.
    func indices(of checkpoint: Checkpoint) -> [BankKey] {
        bank.objects.keys.filter { $0.path.hasPrefix("/indices/") && $0.path.hasSuffix("@" + checkpoint.id) }
    }
}

extension Checkpoint {
    var resourceIDs: [String] { protectionPlan["resources"]?.array?.compactMap { $0["id"]?.string } ?? [] }
}
