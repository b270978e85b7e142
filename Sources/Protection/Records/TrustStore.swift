/// The trusts of operations, so that none is made twice and none is left behind.
///
/// Contract: whatever returns has reached the disk. There is at most one record an operation, and it outlives it.
package protocol TrustStore: Sendable {
    /// Writes down that a trust will be asked for; replaces the operation's record. Throws `.conflict` where another record
    /// is for a trust of the same user, project and end.
    func begin(_ trust: TrustRecord) async throws(StoreError)
    /// Keystone has made it. The operation itself is admitted with its id.
    func finishTrust(of operationID: String, trustID: String) async throws(StoreError)
    /// The records that no operation needs: it has ended, was never admitted or was taken back, or goes on without a trust.
    func superfluousTrusts() async throws(StoreError) -> [TrustRecord]
    /// The trust is certainly gone. Does nothing where there is no record.
    func forgetTrust(of operationID: String) async throws(StoreError)
}
