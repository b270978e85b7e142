/// What the queue holds of operations that have not ended, oldest first.
package struct UnfinishedOperations: Sendable, Equatable {
    package var operations: [Operation]
    /// One damaged row keeps no other from being taken up.
    package var damaged: [DamagedOperation]

    package init(operations: [Operation] = [], damaged: [DamagedOperation] = []) {
        self.operations = operations
        self.damaged = damaged
    }
}
