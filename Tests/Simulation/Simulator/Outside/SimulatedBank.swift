import Protection

/// What the bank holds; it outlives all lives.
final class BankContents {
    var objects: [BankKey: [UInt8]] = [:]
}

/// The bank as one life reaches it. A call takes effect at once or never: banks keep no calls of a process that has ended.
final class SimulatedBank: Bank, @unchecked Sendable {
    private let contents: BankContents
    private let world: World
    private let border: Border

    init(_ contents: BankContents, _ world: World, _ border: Border) {
        self.contents = contents
        self.world = world
        self.border = border
    }

    func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError) {
        try await call("put \(key)") { $0.objects[key] = bytes }
    }

    func get(_ key: BankKey) async throws(BankError) -> [UInt8] {
        try await call("get \(key)") { contents throws(BankError) in
            guard let bytes = contents.objects[key] else { throw BankError(.notFound, "there is no \(key)") }
            return bytes
        }
    }

    func delete(_ key: BankKey) async throws(BankError) {
        try await call("delete \(key)") { $0.objects[key] = nil }
    }

    func list(
        prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?
    ) async throws(BankError) -> [BankKey] {
        try await call("list \(prefix)") { contents in
            let isBefore: (BankKey, BankKey) -> Bool = order == .ascending ? { $0 < $1 } : { $0 > $1 }
            let keys = contents.objects.keys.filter { key in
                key.path.hasPrefix(prefix.path + "/") && marker.map { isBefore($0, key) } ?? true
            }
            return Array(keys.sorted(by: isBefore).prefix(max(0, limit ?? .max)))
        }
    }

    private func call<Value: Sendable>(
        _ name: String, _ effect: @escaping (BankContents) throws(BankError) -> Value
    ) async throws(BankError) -> Value {
        typealias Outcome = Result<Value, BankError>
        let outcome: Outcome = await border.call(dead: .failure(BankError(.corrupted, "the process has ended"))) {
            answer in
            let (happens, error) = fate()
            let length = world.chance.length(upTo: .seconds(2))
            let effectAfter = length * world.chance.fraction()
            var result: Outcome?
            world.agenda.add(after: effectAfter) { [contents, world, border] in
                guard happens, !border.isClosed else { return }
                world.tell("bank: \(name)")
                result = Outcome { () throws(BankError) in try effect(contents) }
            }
            world.agenda.add(after: length) { [world] in
                if let error {
                    world.tell("bank: \(name): \(error.code.rawValue)")
                    return answer(.failure(error))
                }
                answer(result ?? .failure(BankError(.unavailable, "the bank had a hiccup")))
            }
        }
        return try outcome.get()
    }

    private func fate() -> (happens: Bool, error: BankError?) {
        guard world.isTroubled, world.chance.isTrue(world.trouble.bank) else { return (true, nil) }
        let code = world.chance.one(of: [BankError.Code.unavailable, .full])
        let happens = code == .unavailable && world.chance.isTrue(0.5)
        return (happens, BankError(code, "the bank had a hiccup"))
    }
}
