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
            try database.rows("SELECT * FROM services ORDER BY id").map { row in
                let reader = RowReader(row: row, table: "services", key: "binary")
                return ServiceRecord(
                    id: try reader.integer("id"), binary: try reader.text("binary"), host: try reader.text("host"),
                    isDisabled: try reader.integer("disabled") != 0,
                    disabledReason: try reader.optionalText("disabled_reason"),
                    createdAt: try reader.date("created_at"), updatedAt: try reader.optionalDate("updated_at"))
            }
        }
    }
}
