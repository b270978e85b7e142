/// What an operation does to a checkpoint.
package enum OperationKind: String, Sendable, CaseIterable {
    case protect, restore, verify, delete
}
