import Loop

@testable import Banks

/// Decides for a bank under test which calls to the system fail, and remembers all of them.
final class FaultPlan: Sendable {
    enum Mode {
        case never
        /// The process stops just before this call: it and all that follow never happen.
        case stop(before: Int)
        case fail(call: Int, code: Int32)
    }

    private struct State {
        var calls: [FileCall] = []
        var names: [String] = []
        var hits: [FileCall] = []
        var mode: Mode
    }

    private let state: Locked<State>

    init(_ mode: Mode = .never) { state = Locked(State(mode: mode)) }

    /// From now on nothing fails.
    func disarm() { state.withLock { $0.mode = .never } }

    /// What to give to the bank.
    var faults: FileFaults {
        { call, name in
            self.state.withLock { state in
                state.calls.append(call)
                state.names.append(name)
                let number = state.calls.count
                switch state.mode {
                case .stop(let first) where number >= first:
                    state.hits.append(call)
                    return 5  // EIO
                case .fail(number, let code):
                    state.hits.append(call)
                    return code
                default: return nil
                }
            }
        }
    }

    var calls: [FileCall] { state.withLock { $0.calls } }
    /// The calls that failed.
    var hits: [FileCall] { state.withLock { $0.hits } }

    /// The calls that change something, with the last name each was about: `rename index.json`.
    var changes: [String] {
        state.withLock { state in
            zip(state.calls, state.names).compactMap { call, name in
                switch call {
                case .makeRoot, .makeFolder, .rename, .removeFile, .removeFolder:
                    "\(call) \(name.split(separator: "/").last ?? "")"
                case .createFile, .write, .sync: "\(call)"
                default: nil
                }
            }
        }
    }
}
