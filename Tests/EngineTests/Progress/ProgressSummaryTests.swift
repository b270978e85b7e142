import FoundationEssentials
import Protection
import Testing

@testable import Engine

@Suite struct ProgressSummaryTests {
    private static let now = Date(timeIntervalSince1970: 1_795_524_753)
    private static let gibibyte = Int64(1) << 30

    @Test(
        arguments: [
            (OperationProgress(), nil),
            (OperationProgress(stepsDone: 3, stepsTotal: 10), "3 of 10 resources"),
            (OperationProgress(stepsTotal: 10, bytesDone: 9 * gibibyte, bytesTotal: 20 * gibibyte), "45 % of 20 GiB"),
            (OperationProgress(bytesDone: 0, bytesTotal: gibibyte * 3 / 2), "0 % of 1.5 GiB"),
            (OperationProgress(bytesDone: 999, bytesTotal: 1000), "99 % of 0 MiB"),
            (OperationProgress(bytesDone: 1, bytesTotal: 1536 * gibibyte), "0 % of 1.5 TiB"),
            (
                OperationProgress(
                    bytesDone: 1 << 30, bytesTotal: 4 << 30, estimatedEnd: now.addingTimeInterval(3600)),
                "25 % of 4 GiB, until about 13:52 UTC"
            ),
            (
                OperationProgress(stepsDone: 1, stepsTotal: 2, estimatedEnd: now.addingTimeInterval(86_400)),
                "1 of 2 resources, until about 2026-11-25 12:52 UTC"
            ),
        ] as [(OperationProgress, String?)])
    func `it is said in a few words`(progress: OperationProgress, words: String?) {
        #expect(progress.summary(at: Self.now) == words)
    }

    @Test func `users are shown all five numbers, and no end where none is known`() {
        #expect(
            OperationProgress(stepsDone: 1, stepsTotal: 2, bytesDone: 3, bytesTotal: 4, estimatedEnd: Self.now).json
                == [
                    "steps_done": 1, "steps_total": 2, "bytes_done": 3, "bytes_total": 4,
                    "estimated_end": "2026-11-24T12:52:33Z",
                ])
        #expect(OperationProgress().json["estimated_end"] == .null)
    }
}
