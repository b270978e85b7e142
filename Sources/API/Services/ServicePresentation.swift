import FoundationEssentials
import Protection

/// A process as `os-services` shows it: down when its heartbeat has not been seen for a while.
enum ServicePresentation {
    static func object(_ service: ServiceRecord, at date: Date, downTime: Duration) -> JSONValue {
        let age = date.timeIntervalSince(service.updatedAt ?? service.createdAt)
        return [
            "id": .integer(service.id), "binary": .string(service.binary), "host": .string(service.host),
            "status": .string(service.isDisabled ? "disabled" : "enabled"),
            "state": .string(abs(age) <= downTime / .seconds(1) ? "up" : "down"),
            "updated_at": .optional(service.updatedAt.map(Timestamp.text)),
            "disabled_reason": .optional(service.disabledReason),
        ]
    }
}
