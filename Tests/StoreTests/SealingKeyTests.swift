import Foundation
import Glibc
import Protection
import Telemetry
import TestSupport
import Testing

@testable import Store

@Suite struct SealingKeyTests {
    private func key(_ byte: UInt8) throws -> SealingKey {
        try SealingKey(Secret(Array(repeating: byte, count: 32)), origin: "the test")
    }

    @Test func `what was sealed opens again, and is sealed differently each time`() throws {
        let text = Secret(Array("token".utf8))
        let one = try key(1).seal(text, operationID: "o1")
        let other = try key(1).seal(text, operationID: "o1")
        #expect(one != other)
        #expect(try key(1).open(one, operationID: "o1") == text)
        #expect(try key(1).open(other, operationID: "o1") == text)
    }

    @Test func `another key, another operation and any changed byte are told apart`() throws {
        let sealed = try key(1).seal(Secret(Array("token".utf8)), operationID: "o1")
        let otherKey = #expect(throws: StoreError.self) { try key(2).open(sealed, operationID: "o1") }
        #expect(otherKey?.code == .sealBroken)
        #expect(otherKey?.message.contains("another key") == true)

        let moved = #expect(throws: StoreError.self) { try key(1).open(sealed, operationID: "o2") }
        #expect(moved?.code == .sealBroken)
        #expect(moved?.message.contains("damaged") == true)

        for index in sealed.bytes.indices {
            var damaged = sealed
            damaged.bytes[index] ^= 1
            #expect(throws: StoreError.self) { try key(1).open(damaged, operationID: "o1") }
        }
        for count in 0..<sealed.bytes.count {
            var short = sealed
            short.bytes.removeLast(sealed.bytes.count - count)
            #expect(throws: StoreError.self) { try key(1).open(short, operationID: "o1") }
        }
    }

    @Test func `a key is made at the first start, for its owner alone, and is the same afterwards`() throws {
        let folder = TemporaryFolder()
        let key = try SealingKey.load(credentialsDirectory: nil, statePath: folder.path)
        #expect(try folder.names == ["seal.key"])
        #expect(try folder.mode(of: "seal.key") == 0o600)
        #expect(try folder.bytes(of: "seal.key").count == 32)
        #expect(try SealingKey.load(credentialsDirectory: nil, statePath: folder.path).id == key.id)
        let another = TemporaryFolder()
        #expect(try SealingKey.load(credentialsDirectory: nil, statePath: another.path).id != key.id)
    }

    @Test func `of many that make a key at once, all use the same`() async throws {
        let folder = TemporaryFolder()
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask { try SealingKey.load(credentialsDirectory: nil, statePath: folder.path).id }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try folder.names == ["seal.key"])
    }

    @Test func `the systemd credential comes first, and may show group bits`() throws {
        let folder = TemporaryFolder()
        let credentials = TemporaryFolder()
        let own = try SealingKey.load(credentialsDirectory: credentials.path, statePath: folder.path)
        try credentials.write(Array(repeating: 9, count: 32), to: "karbor-seal-key")
        chmod(credentials.path("karbor-seal-key"), 0o440)
        let key = try SealingKey.load(credentialsDirectory: credentials.path, statePath: folder.path)
        #expect(key.id != own.id)
        #expect(try key.id == self.key(9).id)
    }

    @Test(arguments: [mode_t(0o640), 0o604, 0o620])
    func `a key file that others may open is refused`(_ mode: mode_t) throws {
        let folder = TemporaryFolder()
        _ = try SealingKey.load(credentialsDirectory: nil, statePath: folder.path)
        chmod(folder.path("seal.key"), mode)
        let error = #expect(throws: StoreOpenError.self) {
            try SealingKey.load(credentialsDirectory: nil, statePath: folder.path)
        }
        #expect(error?.code == .badKey)
        #expect(error?.message.contains("chmod 600") == true)
    }

    @Test(arguments: [0, 31, 33, 4096])
    func `a key of a wrong length is refused, and its bytes are not shown`(_ count: Int) throws {
        let folder = TemporaryFolder()
        try folder.write(Array(repeating: UInt8(ascii: "K"), count: count), to: "seal.key")
        chmod(folder.path("seal.key"), 0o600)
        let error = #expect(throws: StoreOpenError.self) {
            try SealingKey.load(credentialsDirectory: nil, statePath: folder.path)
        }
        #expect(error?.code == .badKey)
        #expect(error?.message.contains("KK") == false)
    }

    @Test func `without a state folder the reason is told`() throws {
        let error = #expect(throws: StoreOpenError.self) {
            try SealingKey.load(credentialsDirectory: nil, statePath: "/nonexistent/karbor")
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("No such file or directory") == true)
    }

    @Test func `a key cannot be printed`() throws {
        let key = try key(0x41)
        #expect(!"\(key)".contains("65, 65"))
        #expect(!String(reflecting: key).contains("AAAA"))
    }
}
