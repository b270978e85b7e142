import Protection
import Testing

/// What every bank must do, a case a rule: each implementation's tests run them all on empty banks of its own.
enum BankContract: String, CaseIterable, CustomTestStringConvertible {
    case givesBackWhatWasPut = "gives back the bytes that were put, whatever they are"
    case replaces = "a second put replaces the object, also with a shorter one"
    case missingIsNotFound = "to read what is not there is notFound, also beneath an object and for a folder"
    case deletes = "a deleted object is gone, and to delete it again does nothing"
    case deletesOnlyTheObject = "deleting an object leaves its neighbours, and the place can be used again"
    case listsByKey = "lists every key under the prefix by its text, up or down"
    case listsNothingElse = "lists nothing under a prefix that is an object, a part of a name, or nothing at all"
    case beginsAfterTheMarker = "begins after the marker, whether or not it exists"
    case stopsAtTheLimit = "stops at the limit"
    case pagesToTheEnd = "pages by the last key come to every key once, up and down"
    case keepsLongKeys = "keeps keys with the longest parts"
    case readersSeeWholeObjects = "who reads while others write sees one whole object"
    case manyAtOnce = "calls on many keys may be made at once"

    var testDescription: String { rawValue }

    func check(_ bank: any Bank) async throws {
        switch self {
        case .givesBackWhatWasPut: try await givesBackWhatWasPut(bank)
        case .replaces: try await replaces(bank)
        case .missingIsNotFound: try await missingIsNotFound(bank)
        case .deletes: try await deletes(bank)
        case .deletesOnlyTheObject: try await deletesOnlyTheObject(bank)
        case .listsByKey: try await listsByKey(bank)
        case .listsNothingElse: try await listsNothingElse(bank)
        case .beginsAfterTheMarker: try await beginsAfterTheMarker(bank)
        case .stopsAtTheLimit: try await stopsAtTheLimit(bank)
        case .pagesToTheEnd: try await pagesToTheEnd(bank)
        case .keepsLongKeys: try await keepsLongKeys(bank)
        case .readersSeeWholeObjects: try await readersSeeWholeObjects(bank)
        case .manyAtOnce: try await manyAtOnce(bank)
        }
    }
}

extension BankContract {
    private func givesBackWhatWasPut(_ bank: any Bank) async throws {
        let everyByte = Array(UInt8.min...UInt8.max)
        let large = [UInt8](repeating: 7, count: 3 << 20) + everyByte
        for (name, bytes) in [("empty", []), ("bytes", everyByte), ("large", large)] {
            let key = try BankKey("/checkpoints/c/\(name)")
            try await bank.put(bytes, format: .raw, at: key)
            let stored = try await bank.get(key)
            #expect(stored == bytes, "\(name)")
        }
    }

    private func replaces(_ bank: any Bank) async throws {
        let key = try BankKey("/a/b")
        try await bank.put(text: "a long text", at: key)
        try await bank.put(text: "short", at: key)
        #expect(try await bank.text(at: key) == "short")
        #expect(try await bank.list(under: "/a") == ["/a/b"])
    }

    private func missingIsNotFound(_ bank: any Bank) async throws {
        await expectNotFound(bank, "/a/b")
        try await bank.put(text: "x", at: BankKey("/a/b"))
        await expectNotFound(bank, "/a/c")
        await expectNotFound(bank, "/a")
        await expectNotFound(bank, "/a/b/c")
    }

    private func deletes(_ bank: any Bank) async throws {
        let key = try BankKey("/a/b/c")
        try await bank.delete(key)
        try await bank.put(text: "x", at: key)
        try await bank.delete(key)
        await expectNotFound(bank, key.path)
        try await bank.delete(key)
        #expect(try await bank.list(under: "/a") == [])
    }

    private func deletesOnlyTheObject(_ bank: any Bank) async throws {
        for path in ["/a/b/c", "/a/b/d", "/a/e"] { try await bank.put(text: path, at: BankKey(path)) }
        try await bank.delete(BankKey("/a/b/c"))
        try await bank.delete(BankKey("/a"))
        #expect(try await bank.list(under: "/a") == ["/a/b/d", "/a/e"])
        try await bank.delete(BankKey("/a/b/d"))
        try await bank.delete(BankKey("/a/e"))
        try await bank.put(text: "again", at: BankKey("/a/b/c"))
        #expect(try await bank.list(under: "/a") == ["/a/b/c"])
    }

    /// Names on both sides of the slash in the order of bytes, folders whose names begin with others' whole names.
    private static let tree = [
        "/i/2/p/1", "/i/2/p/2", "/i/2-p", "/i/2.p/1", "/i/20/p/1", "/i/2/q", "/i/2@p", "/i/B", "/i/a/b/c/d", "/i/a-b",
        "/i/_", "/i/10", "/i/9",
    ]

    private func fill(_ bank: any Bank) async throws -> [String] {
        for path in Self.tree { try await bank.put(text: "", at: BankKey(path)) }
        try await bank.put(text: "", at: BankKey("/i2/x"))
        try await bank.put(text: "", at: BankKey("/h/x"))
        return Self.tree.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func listsByKey(_ bank: any Bank) async throws {
        let sorted = try await fill(bank)
        #expect(try await bank.list(under: "/i") == sorted)
        #expect(try await bank.list(under: "/i", .descending) == sorted.reversed())
        #expect(try await bank.list(under: "/i/2") == ["/i/2/p/1", "/i/2/p/2", "/i/2/q"])
    }

    private func listsNothingElse(_ bank: any Bank) async throws {
        _ = try await fill(bank)
        for prefix in ["/i/2/q", "/i/2/p/1/x", "/i/a/b/c/d/e", "/j"] {
            #expect(try await bank.list(under: prefix) == [], "\(prefix)")
        }
        #expect(try await bank.list(under: "/i/a/b/c/d", .descending) == [])
    }

    private func beginsAfterTheMarker(_ bank: any Bank) async throws {
        let sorted = try await fill(bank)
        let invented = ["/i/2/p", "/i/2/p/1x", "/i/2z", "/i/a/b", "/i/0", "/i/zz", "/a", "/z", "/i", "/i/2/p/1/y"]
        for marker in sorted + invented {
            let up = sorted.filter { marker.utf8.lexicographicallyPrecedes($0.utf8) }
            let down = sorted.reversed().filter { $0.utf8.lexicographicallyPrecedes(marker.utf8) }
            #expect(try await bank.list(under: "/i", after: marker) == up, "after \(marker)")
            #expect(try await bank.list(under: "/i", .descending, after: marker) == down, "before \(marker)")
        }
    }

    private func stopsAtTheLimit(_ bank: any Bank) async throws {
        let sorted = try await fill(bank)
        for limit in [0, 1, 2, 5, sorted.count, sorted.count + 1] {
            #expect(try await bank.list(under: "/i", limit: limit) == Array(sorted.prefix(limit)))
            let down = Array(sorted.reversed().prefix(limit))
            #expect(try await bank.list(under: "/i", .descending, limit: limit) == down)
        }
        #expect(try await bank.list(under: "/i", limit: -1) == [])
        #expect(try await bank.list(under: "/i", after: sorted[2], limit: 2) == Array(sorted[3...4]))
    }

    private func pagesToTheEnd(_ bank: any Bank) async throws {
        let sorted = try await fill(bank)
        for (order, expected) in [(BankOrder.ascending, sorted), (.descending, sorted.reversed())] {
            var found: [String] = []
            for _ in sorted {
                let page = try await bank.list(under: "/i", order, after: found.last, limit: 2)
                if page.isEmpty { break }
                found += page
            }
            #expect(found == expected)
        }
    }

    private func keepsLongKeys(_ bank: any Bank) async throws {
        let part = String(repeating: "x", count: 255)
        let key = try BankKey("/\(part)/\(part)/\(part)/@._-")
        try await bank.put(text: "long", at: key)
        #expect(try await bank.text(at: key) == "long")
        #expect(try await bank.list(under: "/\(part)/\(part)") == [key.path])
    }

    private func readersSeeWholeObjects(_ bank: any Bank) async throws {
        let key = try BankKey("/a/b")
        try await bank.put([1], format: .raw, at: key)
        try await withThrowingTaskGroup { group in
            for writer in 1...4 as ClosedRange<UInt8> {
                group.addTask {
                    for _ in 0..<10 {
                        try await bank.put(
                            [UInt8](repeating: writer, count: 50_000 * Int(writer) + 1), format: .raw, at: key)
                    }
                }
                group.addTask {
                    for _ in 0..<20 {
                        let bytes = try await bank.get(key)
                        let writer = try #require(bytes.first)
                        #expect(bytes.count == 1 || bytes.count == 50_000 * Int(writer) + 1)
                        #expect(bytes.allSatisfy { $0 == writer })
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func manyAtOnce(_ bank: any Bank) async throws {
        try await withThrowingTaskGroup { group in
            for number in 0..<60 {
                group.addTask {
                    let key = try BankKey("/a/\(number % 7)/\(number)")
                    try await bank.put(text: "\(number)", at: key)
                    #expect(try await bank.text(at: key) == "\(number)")
                    if number.isMultiple(of: 2) { try await bank.delete(key) }
                }
            }
            try await group.waitForAll()
        }
        let rest = (0..<60).filter { !$0.isMultiple(of: 2) }.map { "/a/\($0 % 7)/\($0)" }
        #expect(try await bank.list(under: "/a") == rest.sorted())
    }

    private func expectNotFound(_ bank: any Bank, _ path: String, _ location: SourceLocation = #_sourceLocation) async {
        let error = await #expect(throws: BankError.self, sourceLocation: location) {
            try await bank.get(BankKey(path))
        }
        #expect(error?.code == .notFound, "\(path)", sourceLocation: location)
    }
}
