package import FoundationEssentials
import GRDB
package import Protection

extension SQLiteStore: ServiceStore {
    package func beat(binary: String, host: String, at date: Date) async throws(StoreError) {
        try await write { database in
            try database.run(
                """
                INSERT INTO services (binary, host, created_at) VALUES (?, ?, ?)
                ON CONFLICT (binary, host) DO UPDATE SET updated_at = excluded.created_at
                """, [binary, host, date.stored])
        }
    }

    package func services() async throws(StoreError) -> [ServiceRecord] {
        try await read { database in
            try database.all("SELECT * FROM services ORDER BY id", from: "services", key: "binary") { row in
                ServiceRecord(
                    id: try row.integer("id"), binary: try row.text("binary"), host: try row.text("host"),
                    isDisabled: try row.integer("disabled") != 0,
                    disabledReason: try row.optionalText("disabled_reason"), createdAt: try row.date("created_at"),
                    updatedAt: try row.optionalDate("updated_at"))
            }
        }
    }
}
