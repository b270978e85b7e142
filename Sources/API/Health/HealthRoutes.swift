import Hummingbird
import Protection

/// `GET /healthz`, `GET /readyz`: for whoever watches over the daemon. No token is needed and nothing secret is said.
///
/// `healthz` says that the process answers: restart it when it does not. `readyz` names what keeps it from its work.
struct HealthRoutes {
    static let paths = ["/healthz", "/readyz"]

    let readiness: Readiness
    let store: StoreProbe

    func add(to router: some RouterMethods<RequestScope>) {
        router.get("healthz") { _, _ -> JSONValue in ["status": "ok"] }
        router.get("readyz") { _, _ in
            var impediments = await readiness()
            if await !store.answers() { impediments.append(.storeSilent) }
            guard !impediments.isEmpty else { return Response.json(["status": "ready"]) }
            let reasons = impediments.map { impediment -> JSONValue in
                ["component": .string(impediment.component), "reason": .string(impediment.rawValue)]
            }
            return Response.json(["status": "not ready", "reasons": .array(reasons)], status: .serviceUnavailable)
        }
    }
}
