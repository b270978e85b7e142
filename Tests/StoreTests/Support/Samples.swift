import FoundationEssentials
import Protection
import Telemetry

/// Values to put into a store. Dates have fractions, and JSON has an order, so that a store that loses either is seen.
enum Samples {
    static func date(_ seconds: Double) -> Date {
        Date(timeIntervalSinceReferenceDate: 800_000_000.123_456_7 + seconds)
    }

    static func id() -> String { UUID().uuidString.lowercased() }

    static func plan(
        id: String = id(), project: String = "p1", name: String = "nightly", description: String? = "of volumes",
        status: String = "suspended", at seconds: Double = 0
    ) -> Plan {
        Plan(
            id: id, projectID: project, name: name, description: description, providerID: "provider",
            status: status,
            resources: [
                Resource(
                    type: .volume, id: "v1", name: "größe \u{1F4BE}",
                    extraInfo: ["z": 1, "a": [true, nil, .number(1.5)]]),
                Resource(type: .server, id: "s1", name: ""),
            ],
            parameters: Parameters(["OS::Cinder::Volume": ["zeta": "1", "alpha": "True"]]), createdAt: date(seconds))
    }

    static func operation(
        id: String = id(), _ kind: OperationKind = .protect, project: String = "p1", checkpoint: String = id(),
        at seconds: Double = 0
    ) -> Protection.Operation {
        Operation(
            id: id, kind: kind, projectID: project, userID: "user", requestID: "req-1", providerID: "provider",
            checkpointID: checkpoint, planID: kind == .protect ? "plan" : nil,
            restoreID: kind == .restore ? "restore-of-" + id : nil,
            verificationID: kind == .verify ? "verification-of-" + id : nil,
            parameters: Parameters(["OS::Cinder::Volume#v1": ["restore_name": "a", "b": false]]),
            extraInfo: ["created_by": "manual"], submittedAt: date(seconds), deadline: date(seconds + 3600.25),
            acceptableUntil: date(seconds + 172_800))
    }

    static func admission(
        _ operation: Protection.Operation = operation(), token: String = "gAAAAA-token", quota: Int = -1
    ) -> Admission {
        Admission(
            operation: operation, context: Secret(Array(token.utf8)),
            log: OperationLog(
                id: operation.id, projectID: operation.projectID, operationType: operation.kind.rawValue,
                checkpointID: operation.checkpointID, planID: operation.planID, providerID: operation.providerID,
                restoreID: operation.restoreID, status: operation.kind == .protect ? "protecting" : "in_progress",
                createdAt: operation.submittedAt),
            restore: operation.restoreID.map { id in
                Restore(
                    id: id, projectID: operation.projectID, providerID: operation.providerID,
                    checkpointID: operation.checkpointID, restoreTarget: nil, parameters: operation.parameters,
                    createdAt: operation.submittedAt)
            },
            verification: operation.verificationID.map { id in
                Verification(
                    id: id, projectID: operation.projectID, providerID: operation.providerID,
                    checkpointID: operation.checkpointID, parameters: operation.parameters,
                    createdAt: operation.submittedAt)
            },
            plan: operation.kind == .protect ? plan(id: "plan", project: operation.projectID) : nil,
            checkpointQuota: quota)
    }

    static func conclusion(
        of operation: Protection.Operation, _ status: String, error: String? = nil, report: ResourceReport? = nil
    ) -> Conclusion {
        Conclusion(
            operationID: operation.id, endedAt: date(60), status: status, errorInfo: error,
            extraInfo: ["progress": ["steps_total": 2, "steps_done": 2]], report: report)
    }

    static func answer(
        project: String = "p1", path: String = "/v1/p1/restores", key: String = "key-1",
        request: Secret<[UInt8]> = Secret([1]), body: [UInt8] = Array("{\"restore\": {}}".utf8), at seconds: Double = 0
    ) -> KeptAnswer {
        KeptAnswer(
            key: IdempotencyKey(projectID: project, path: path, text: key), request: request, status: 200, body: body,
            keptAt: date(seconds))
    }

    static func step(_ operation: Protection.Operation, _ path: String = "volume/v1/main/create-backup") -> StepRecord {
        StepRecord(
            operationID: operation.id, path: path, begunAt: date(1), settlesAt: date(61))
    }
}
