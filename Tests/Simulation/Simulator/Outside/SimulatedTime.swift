import FoundationEssentials
import Loop

/// The clocks of one life. For the dead all is over long ago.
final class SimulatedTime: TimeSource, @unchecked Sendable {
    private let agenda: Agenda
    private let border: Border

    private static let startDate = Date(timeIntervalSince1970: 1_700_000_000)
    private static let afterlife = Duration.seconds(1000 * 86_400)

    init(_ agenda: Agenda, _ border: Border) {
        self.agenda = agenda
        self.border = border
    }

    func now() -> ContinuousClock.Instant { agenda.now + (border.isClosed ? Self.afterlife : .zero) }

    func date() -> Date { Self.startDate + (agenda.start.duration(to: now()) / .seconds(1)) }

    func sleep(until deadline: ContinuousClock.Instant) async throws(CancellationError) {
        var timer: UInt64?
        let slept = await border.call(dead: false, cancelled: false) { answer in
            guard deadline > agenda.now else { return answer(true) }
            timer = agenda.add(at: deadline) { answer(true) }
        }
        if let timer { agenda.remove(timer) }
        guard slept else { throw CancellationError() }
    }
}
