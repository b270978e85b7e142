/// The two things that are counted.
package enum QuotaResource: String, Sendable, CaseIterable {
    case plans, checkpoints
}
