import Engine
import Loop

/// The progress that a test says there is.
final class FakeProgress: ProgressService {
    let known = Locked<[String: OperationProgress]>([:])

    func progress(of id: String) -> OperationProgress? { known.withLock { $0[id] } }
}
