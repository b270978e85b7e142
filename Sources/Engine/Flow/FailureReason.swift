import FoundationEssentials
import Keystone
import PluginKit
import Protection

/// An error in the words in which users read it: `OS::Cinder::Volume#<id>: <the service's message> (<its request id>)`.
struct FailureReason: Error, Sendable, CustomStringConvertible {
    /// Nil for what is of none in particular.
    let resource: ResourceKey?
    let text: String

    init(_ resource: ResourceKey?, _ error: any Error) {
        self.resource = resource
        text = Self.text(of: error)
    }

    var description: String { (resource.map { "\($0): " } ?? "") + text }

    static func text(of error: any Error) -> String {
        switch error {
        case let error as ServiceError:
            error.message + (error.requestID.map { " (\($0))" } ?? "")
        case let error as ResourceFailure: error.reason
        case let error as BankError: "the bank: \(error.message)"
        case let error as StoreError: "the store: \(error.message)"
        case let error as ServiceFault: error.message
        case let error as Interruption: error.description
        case is CancellationError: "cancelled"
        default: "\(error)"
        }
    }
}
