import Protection
import Testing

/// The error that `body` throws, which must be one of the store's with this code.
@discardableResult
func expectStoreError<T>(
    _ code: StoreError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> T
) async -> StoreError? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown; \(code) was expected", sourceLocation: sourceLocation)
    } catch let error as StoreError {
        #expect(error.code == code, "\(error.message)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("\(error) is no StoreError", sourceLocation: sourceLocation)
    }
    return nil
}
