import PluginKit
import Protection

/// The part of the ledger that one resource's hooks write.
struct ProgressOfResource: ResourceProgress {
    let key: ResourceKey
    let ledger: ResultLedger

    func report(_ status: String, as newID: String?) async throws {
        ledger.note(key, status: status, newID: newID)
        await ledger.show()
    }

    func transferred(_ bytes: Int64, of total: Int64) { ledger.transferred(bytes, of: total, by: key) }

    func newID(of key: ResourceKey) -> String? { ledger.newID(of: key) }
}
