import Engine
import Protection

extension JSONValue {
    /// The object with the progress beside Karbor's own keys; without any it is Karbor's alone.
    func adding(_ progress: OperationProgress?) -> JSONValue {
        guard let progress, case .object(var members) = self else { return self }
        members["progress"] = progress.json
        return .object(members)
    }
}
