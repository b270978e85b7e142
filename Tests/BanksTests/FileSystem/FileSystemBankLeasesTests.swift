import FoundationEssentials
import OsloConfig
import Protection
import TestSupport
import Testing

@testable import Banks

@Suite struct FileSystemBankLeasesTests {
    private let folder = TemporaryFolder()

    private func provider(_ lines: String = "") throws -> Configuration {
        let text = "[file_system_bank_plugin]\nfile_system_bank_path = \(folder.path("bank"))\n\(lines)\n"
        let path = try folder.write(text, to: "provider.conf")
        return try Configuration.load(registry: OptionRegistry([FileSystemBank.options]), sources: [.file(path)])
    }

    @Test func `leases and claims lie beside the container, where no listing of the bank comes`() async throws {
        let bank = try FileSystemBank(provider(), time: ManualTime())
        let leases = try FileSystemBank.leases(provider(), time: ManualTime())
        #expect(leases.windows == .standard)
        #expect(leases.place == folder.path("bank/leases"))
        try await bank.put(text: "x", at: BankKey("/checkpoints/c/index.json"))
        try await leases.put(BankLease(ownerID: "o", host: "h", expiresAt: Date(timeIntervalSince1970: 0)))
        try await leases.put(CheckpointClaim(ownerID: "o", checkpointID: "c", purpose: .delete))
        #expect(folder.read("bank/leases/owners/o")?.contains("1970-01-01T00:00:00Z") == true)
        #expect(folder.read("bank/leases/claims/o/c")?.contains("delete") == true)
        for prefix in ["/checkpoints", "/owners", "/claims", "/leases"] {
            #expect(
                try await bank.list(under: prefix) == (prefix == "/checkpoints" ? ["/checkpoints/c/index.json"] : []))
        }
        #expect(try await leases.owners() == ["o"])
        #expect(try await leases.checkpoints(claimedBy: "o") == ["c"])
        try await leases.removeClaim(of: "o", on: "c")
        #expect(try await leases.claim(of: "o", on: "c") == nil)
        #expect(try await leases.lease(of: "o")?.host == "h")
    }

    @Test func `providers with containers of their own in one path share the leases`() throws {
        let one = try FileSystemBank.leases(provider("bank_object_container = one"), time: ManualTime())
        let two = try FileSystemBank.leases(provider("bank_object_container = two"), time: ManualTime())
        #expect(one.place == two.place)
    }

    @Test func `the windows are those of the provider file`() throws {
        let lines = "lease_expire_window = 60\nlease_renew_window = 20\nlease_validity_window = 10"
        let windows = try FileSystemBank.leases(provider(lines), time: ManualTime()).windows
        #expect(windows == LeaseWindows(expire: .seconds(60), renew: .seconds(20), validity: .seconds(10)))
    }

    @Test func `a lease that could never be valid is an error, and so is a container where leases lie`() throws {
        #expect(throws: BankError.self) {
            try FileSystemBank.leases(provider("lease_expire_window = 100"), time: ManualTime())
        }
        #expect(throws: BankError.self) {
            try FileSystemBank(provider("bank_object_container = leases"), time: ManualTime())
        }
    }
}
