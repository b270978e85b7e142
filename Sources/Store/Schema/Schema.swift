import GRDB

/// The tables of the store, and how an older file becomes a newer one.
///
/// Dates are REAL: the seconds since 2001-01-01 00:00 UTC, the number that `Date` itself holds. What is read back is
/// equal, bit for bit, to what was written, and it sorts; rounded to milliseconds it would not be equal, and a deadline
/// would move. To read them: `datetime(created_at + 978307200, 'unixepoch')`. JSON is TEXT and keeps the order of its
/// keys. Ids are TEXT.
///
/// A migration that has been released is never changed; a change of the schema is another migration.
enum Schema {
    /// `KRBP`: what tells our file from another application's.
    static let applicationID: UInt32 = 0x4B52_4250

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 first") { database in
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: queueTables)
            try database.execute(sql: recordTables)
            try database.execute(sql: serviceTables)
        }
        migrator.registerMigration("2 without what was never read") { database in
            try database.execute(
                sql: """
                    ALTER TABLE checkpoint_records DROP COLUMN status;
                    ALTER TABLE checkpoint_records DROP COLUMN status_before_deletion;
                    ALTER TABLE steps DROP COLUMN marker;
                    """)
        }
        migrator.registerMigration("3 trusts") { database in
            try database.execute(
                sql: """
                    ALTER TABLE operations ADD COLUMN trust_id TEXT;
                    ALTER TABLE operations ADD COLUMN trust_refusal TEXT;
                    """)
            try database.execute(sql: trustTable)
        }
        migrator.registerMigration("4 cancel") { database in
            try database.execute(sql: "ALTER TABLE operations ADD COLUMN cancelled_at REAL")
        }
        migrator.registerMigration("5 answers and ends") { database in
            try database.execute(sql: answerTable)
            try database.execute(sql: ends)
        }
        return migrator
    }

    /// A row outlives its operation: it goes when the trust does.
    private static let trustTable = """
        CREATE TABLE trusts (
            operation_id TEXT PRIMARY KEY NOT NULL,
            trustor_id TEXT NOT NULL,
            project_id TEXT NOT NULL,
            expires_at REAL NOT NULL,
            begun_at REAL NOT NULL,
            trust_id TEXT,
            UNIQUE (trustor_id, project_id, expires_at)
        ) STRICT;
        """

    /// The first answers to requests that came with a key. `fingerprint` is of the request's body, made with the sealing key
    /// `key_id`. A row has its operation's id as long as that may be taken back, with the answer; it does not go with the
    /// operation.
    private static let answerTable = """
        CREATE TABLE answers (
            project_id TEXT NOT NULL,
            path TEXT NOT NULL,
            key TEXT NOT NULL,
            key_id TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            operation_id TEXT,
            status INTEGER NOT NULL,
            body BLOB NOT NULL,
            bytes INTEGER NOT NULL,
            kept_at REAL NOT NULL,
            UNIQUE (project_id, path, key)
        ) STRICT;
        CREATE INDEX answers_by_age ON answers (kept_at);
        CREATE INDEX answers_of_project ON answers (project_id, kept_at, bytes);
        CREATE INDEX answers_of_operation ON answers (operation_id) WHERE operation_id IS NOT NULL;
        """

    /// By which is found what is kept no longer.
    private static let ends = """
        ALTER TABLE operations ADD COLUMN ended_at REAL;
        UPDATE operations SET ended_at = coalesce(
            (SELECT ended_at FROM operation_logs WHERE operation_logs.id = operations.id), submitted_at)
        WHERE state = 'ended';
        CREATE INDEX ended_operations ON operations (ended_at) WHERE state = 'ended';
        CREATE INDEX deleted_plans ON plans (deleted_at) WHERE deleted_at IS NOT NULL;
        CREATE INDEX operation_logs_of_plan ON operation_logs (plan_id) WHERE plan_id IS NOT NULL;
        """

    /// The durable queue.
    ///
    /// What is secret or large goes when an operation ends: the caller's sealed context, the plan as it was, and the steps.
    /// What stays is one row each of `operations` (who asked for what, with which parameters), `operation_logs`, `restores`
    /// and `verifications`: users are shown the last three for as long as they ask, and the first says to an operator
    /// whose request it was (`user_id`, `request_id`), which nothing else does once the context is gone. They go together
    /// when they are older, or more, than is kept (`Retention`); a row is about a kilobyte.
    private static let queueTables = """
        CREATE TABLE operations (
            id TEXT PRIMARY KEY NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            project_id TEXT NOT NULL,
            user_id TEXT NOT NULL,
            request_id TEXT NOT NULL,
            provider_id TEXT NOT NULL,
            checkpoint_id TEXT NOT NULL,
            plan_id TEXT,
            restore_id TEXT,
            verification_id TEXT,
            parameters TEXT NOT NULL,
            extra_info TEXT NOT NULL,
            submitted_at REAL NOT NULL,
            deadline REAL NOT NULL,
            acceptable_until REAL NOT NULL
        ) STRICT;
        CREATE INDEX unfinished_operations ON operations (checkpoint_id) WHERE state <> 'ended';

        CREATE TABLE sealed_contexts (
            operation_id TEXT PRIMARY KEY NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
            key_id TEXT NOT NULL,
            sealed BLOB NOT NULL
        ) STRICT;

        CREATE TABLE operation_plans (
            operation_id TEXT PRIMARY KEY NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
            id TEXT NOT NULL,
            project_id TEXT NOT NULL,
            name TEXT NOT NULL,
            description TEXT,
            provider_id TEXT NOT NULL,
            status TEXT NOT NULL,
            resources TEXT NOT NULL,
            parameters TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT;

        CREATE TABLE steps (
            operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            marker TEXT NOT NULL,
            begun_at REAL NOT NULL,
            settles_at REAL NOT NULL,
            result BLOB,
            UNIQUE (operation_id, path)
        ) STRICT;
        """

    /// What users read and write.
    private static let recordTables = """
        CREATE TABLE plans (
            id TEXT PRIMARY KEY NOT NULL,
            project_id TEXT NOT NULL,
            name TEXT NOT NULL,
            description TEXT,
            provider_id TEXT NOT NULL,
            status TEXT NOT NULL,
            resources TEXT NOT NULL,
            parameters TEXT NOT NULL,
            created_at REAL NOT NULL,
            updated_at REAL,
            deleted_at REAL
        ) STRICT;
        CREATE INDEX plans_of_project ON plans (project_id, created_at, id) WHERE deleted_at IS NULL;

        CREATE TABLE checkpoint_records (
            id TEXT PRIMARY KEY NOT NULL,
            project_id TEXT NOT NULL,
            status TEXT NOT NULL,
            status_before_deletion TEXT
        ) STRICT;
        CREATE INDEX checkpoint_records_of_project ON checkpoint_records (project_id);

        CREATE TABLE restores (
            id TEXT PRIMARY KEY NOT NULL,
            project_id TEXT NOT NULL,
            provider_id TEXT NOT NULL,
            checkpoint_id TEXT NOT NULL,
            restore_target TEXT,
            parameters TEXT NOT NULL,
            status TEXT NOT NULL,
            resources_status TEXT NOT NULL,
            resources_reason TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT;
        CREATE INDEX restores_of_project ON restores (project_id, created_at, id);

        CREATE TABLE verifications (
            id TEXT PRIMARY KEY NOT NULL,
            project_id TEXT NOT NULL,
            provider_id TEXT NOT NULL,
            checkpoint_id TEXT NOT NULL,
            parameters TEXT NOT NULL,
            status TEXT NOT NULL,
            resources_status TEXT NOT NULL,
            resources_reason TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT;
        CREATE INDEX verifications_of_project ON verifications (project_id, created_at, id);

        CREATE TABLE operation_logs (
            id TEXT PRIMARY KEY NOT NULL,
            project_id TEXT NOT NULL,
            operation_type TEXT NOT NULL,
            checkpoint_id TEXT,
            plan_id TEXT,
            provider_id TEXT,
            restore_id TEXT,
            scheduled_operation_id TEXT,
            status TEXT NOT NULL,
            started_at REAL,
            ended_at REAL,
            error_info TEXT,
            extra_info TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT;
        CREATE INDEX operation_logs_of_project ON operation_logs (project_id, created_at, id);
        CREATE INDEX operation_logs_of_checkpoint ON operation_logs (checkpoint_id, created_at, id);
        """

    private static let serviceTables = """
        CREATE TABLE quotas (
            project_id TEXT NOT NULL,
            resource TEXT NOT NULL,
            hard_limit INTEGER NOT NULL,
            PRIMARY KEY (project_id, resource)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE quota_classes (
            name TEXT NOT NULL,
            resource TEXT NOT NULL,
            hard_limit INTEGER NOT NULL,
            PRIMARY KEY (name, resource)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE services (
            id INTEGER PRIMARY KEY NOT NULL,
            binary TEXT NOT NULL,
            host TEXT NOT NULL,
            disabled INTEGER NOT NULL DEFAULT 0,
            disabled_reason TEXT,
            created_at REAL NOT NULL,
            updated_at REAL,
            UNIQUE (binary, host)
        ) STRICT;

        -- One row: who this store's daemon is.
        CREATE TABLE identity (
            id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
            owner_id TEXT NOT NULL
        ) STRICT;
        """
}
