package import Logging
package import OpenStack
package import OrderedCollections
package import Protection

/// What a hook may use. Good for as long as the hook runs, from any task.
///
/// The clients were made once for the operation and carry whatever the services ask for until the operation's end; a plugin
/// never sees a token. A call ends within its client's own time limit; `steps` and `waiting` know when the operation must end.
package struct ResourceContext: Sendable {
    package let operation: Operation
    package let resource: Resource
    /// Those of the resource's type, overridden by its own.
    package let parameters: OrderedDictionary<String, JSONValue>
    /// The resource's part of the checkpoint in the bank.
    package let section: BankSection
    package let clients: ClientFactory
    package let steps: any StepRunner
    package let waiting: any Waiting
    package let progress: any ResourceProgress
    /// Carries operation, checkpoint and resource as fields.
    package let log: Logger

    package init(
        operation: Operation, resource: Resource, parameters: OrderedDictionary<String, JSONValue>,
        section: BankSection, clients: ClientFactory, steps: any StepRunner, waiting: any Waiting,
        progress: any ResourceProgress, log: Logger
    ) {
        self.operation = operation
        self.resource = resource
        self.parameters = parameters
        self.section = section
        self.clients = clients
        self.steps = steps
        self.waiting = waiting
        self.progress = progress
        self.log = log
    }

    /// What everything that this operation makes for this resource is marked with.
    package var marker: Marker {
        Marker(operationID: operation.id, checkpointID: operation.checkpointID, resourceID: resource.id)
    }
}
