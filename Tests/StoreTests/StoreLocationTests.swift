import Store
import Testing

@Suite struct StoreLocationTests {
    private func location(_ connection: String?) -> StoreLocation {
        StoreLocation(connection: connection, statePath: "/var/lib/karbor")
    }

    @Test(arguments: [
        ("sqlite:////srv/store.sqlite", "/srv/store.sqlite"),
        ("sqlite:///store.sqlite", "/var/lib/karbor/store.sqlite"),
        ("sqlite:///sub/store.sqlite", "/var/lib/karbor/sub/store.sqlite"),
        ("SQLite+pysqlite:////srv/store.sqlite?timeout=5", "/srv/store.sqlite"),
        ("sqlite:////srv/with space%20.db", "/srv/with space%20.db"),
    ])
    func `an sqlite URL names its file, a relative one below state_path`(_ connection: String, _ path: String) {
        #expect(location(connection).path == path)
        #expect(location(connection).warning == nil)
        #expect(location(connection).warningMessage == nil)
    }

    @Test func `no connection means the default file`() {
        for connection in [nil, ""] {
            #expect(location(connection).path == "/var/lib/karbor/karbor-protection.sqlite")
            #expect(location(connection).warning == nil)
        }
        #expect(StoreLocation(connection: nil, statePath: "/a/").path == "/a/karbor-protection.sqlite")
    }

    @Test(arguments: [
        ("mysql+pymysql://karbor:hunter2@db/karbor?charset=utf8", StoreLocation.Warning.otherDatabase("mysql")),
        ("postgresql://u:hunter2@db/karbor", .otherDatabase("postgresql")),
        ("sqlite://", .inMemory), ("sqlite:///", .inMemory), ("sqlite:///:memory:", .inMemory),
        ("sqlite://hunter2/store.sqlite", .malformed), ("sqlite:////srv/", .malformed),
        ("sqlite:///file:x?uri=true", .malformed), ("/srv/hunter2.sqlite", .malformed),
        ("karbor:hunter2@db://", .malformed), ("://hunter2", .malformed),
    ])
    func `all else means the default file and a warning that repeats no password`(
        _ connection: String, _ warning: StoreLocation.Warning
    ) throws {
        let location = location(connection)
        #expect(location.path == "/var/lib/karbor/karbor-protection.sqlite")
        #expect(location.warning == warning)
        let message = try #require(location.warningMessage)
        #expect(message.contains("the store is /var/lib/karbor/karbor-protection.sqlite"))
        #expect(!message.contains("hunter2"))
    }
}
