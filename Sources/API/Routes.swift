import Engine
import Hummingbird

/// All routes: those for anybody, and version 1 for callers about their own project.
struct Routes {
    let configuration: APIConfiguration
    let services: APIServices

    func build() -> RouterResponder<RequestScope> {
        let router = Router(context: RequestScope.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: UnknownRoute())
        VersionRoutes().add(to: router)
        HealthRoutes(
            readiness: services.readiness,
            store: StoreProbe(limit: configuration.limits.probe, time: services.time) {
                [processes = services.processes] in
                _ = try await processes.services()
            }
        ).add(to: router)

        let project = router.group("v1/{project_id}", context: ProjectScope.self)
        project.add(
            middleware: RepeatedRequests(
                requests: IdempotentRequests(store: services.answers, time: services.time),
                bodyLimit: configuration.limits.bodyBytes))
        PlanRoutes(configuration: configuration, services: services).add(to: project)
        CheckpointRoutes(configuration: configuration, services: services).add(to: project)
        RestoreRoutes(configuration: configuration, services: services).add(to: project)
        VerificationRoutes(configuration: configuration, services: services).add(to: project)
        ProviderRoutes(configuration: configuration, services: services).add(to: project)
        ProtectableRoutes(configuration: configuration, services: services).add(to: project)
        OperationLogRoutes(configuration: configuration, services: services).add(to: project)
        QuotaRoutes(configuration: configuration, services: services).add(to: project)
        ServiceRoutes(configuration: configuration, services: services).add(to: project)
        return router.buildResponder()
    }
}
