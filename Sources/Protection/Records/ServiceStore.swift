package import FoundationEssentials

/// The processes of the service, as they tell that they live.
package protocol ServiceStore: Sendable {
    /// The heartbeat of the process `binary` on `host`; makes its row the first time.
    func beat(binary: String, host: String, at date: Date) async throws(StoreError)
    func services() async throws(StoreError) -> [ServiceRecord]
}
