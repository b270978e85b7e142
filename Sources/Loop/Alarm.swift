package import Dispatch

/// A Dispatch timer that is set for the earliest of many deadlines, and moved only when it must ring sooner.
///
/// It may ring too early: whoever owns it looks what is due and sets it again. Not safe to share; its owner protects it.
package final class Alarm {
    private let source: any DispatchSourceTimer
    private var setFor: ContinuousClock.Instant?

    /// Dispatch counts on a clock that stands still while the machine is suspended, our deadlines go on. An alarm that
    /// rings at least this often is never later than this after waking up.
    private static let longest = Duration.seconds(60)

    package init(queue: DispatchQueue, _ ring: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: queue)
        source.setEventHandler(handler: ring)
        source.activate()
    }

    deinit { source.cancel() }

    package func set(for deadline: ContinuousClock.Instant?) {
        guard let deadline, setFor.map({ deadline < $0 }) ?? true else { return }
        let now = ContinuousClock.now
        let wait = min(max(deadline - now, .zero), Self.longest)
        setFor = min(deadline, now + Self.longest)
        source.schedule(deadline: .now() + .nanoseconds(wait.nanoseconds), leeway: .microseconds(500))
    }

    /// To be called when it rings, before it is set again.
    package func hasRung() {
        setFor = nil
    }
}

extension Duration {
    fileprivate var nanoseconds: Int {
        Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000)
    }
}
