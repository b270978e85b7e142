import Loop
import NIOCore

/// The open connections of a server, as many as there is room for.
///
/// Where one more comes, the one makes room that has kept us waiting longest: between two requests, within a head or a body
/// that does not come, or after its last answer. So whoever asks something and takes the answer gets in, and holds its place
/// until it has it, however many others only sit there.
final class ConnectionRoom: Sendable {
    private struct Waiting {
        let since: NIODeadline
        let channel: any Channel
    }

    private struct State {
        var open = 0
        var waiting: [ObjectIdentifier: Waiting] = [:]
    }

    private let capacity: Int
    private let state = Locked(State())

    /// - Parameter capacity: with as many open, the next one finds a place only after another has left.
    init(capacity: Int) { self.capacity = capacity }

    func entered(_ channel: any Channel) {
        let leaving = state.withLock { state -> (any Channel)? in
            state.open += 1
            guard state.open >= capacity, let longest = state.waiting.min(by: { $0.value.since < $1.value.since })
            else { return nil }
            state.waiting[longest.key] = nil
            return longest.value.channel
        }
        leaving?.close(promise: nil)
    }

    func left(_ channel: any Channel) {
        state.withLock { state in
            state.open -= 1
            state.waiting[ObjectIdentifier(channel)] = nil
        }
    }

    func waits(_ channel: any Channel, since: NIODeadline) {
        state.withLock { $0.waiting[ObjectIdentifier(channel)] = Waiting(since: since, channel: channel) }
    }

    func works(_ channel: any Channel) {
        state.withLock { $0.waiting[ObjectIdentifier(channel)] = nil }
    }
}
