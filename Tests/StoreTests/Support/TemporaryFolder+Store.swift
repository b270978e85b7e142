import FoundationEssentials
import Store
import Telemetry
import TestSupport

extension TemporaryFolder {
    /// The name of the store's file in this folder.
    static let storeName = StoreLocation.defaultFileName

    func openStore(key byte: UInt8 = 7) async throws(StoreOpenError) -> SQLiteStore {
        let key = try SealingKey(Secret(Array(repeating: byte, count: SealingKey.byteCount)), origin: "the test")
        return try await SQLiteStore.open(
            StoreLocation(connection: nil, statePath: path), sealingKey: key, newOwnerID: UUID().uuidString.lowercased()
        )
    }
}
