import Hummingbird

extension Request {
    /// The one action that there is: `{"os-cancel": {}}`.
    func checkCancel(limit: Int) async throws {
        _ = try await field("os-cancel", limit: limit).members([], required: [])
    }
}
