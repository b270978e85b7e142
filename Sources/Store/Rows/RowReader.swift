import FoundationEssentials
import GRDB
import OrderedCollections
import Protection

/// Reads a row column by column; what is not as we wrote it is `.corrupted`, naming table, row and column.
///
/// GRDB's own typed subscripts stop the process when a value has another type, and a file's content is outside data.
struct RowReader {
    let row: Row
    let table: String
    /// The column that names the row in a message.
    var key = "id"

    func text(_ column: String) throws(StoreError) -> String {
        guard let value = try optionalText(column) else { throw corrupted(column, "is missing") }
        return value
    }

    func optionalText(_ column: String) throws(StoreError) -> String? {
        switch value(column) {
        case .null: return nil
        case .string(let text): return text
        default: throw corrupted(column, "is no text")
        }
    }

    func bytes(_ column: String) throws(StoreError) -> [UInt8] {
        guard let value = try optionalBytes(column) else { throw corrupted(column, "is missing") }
        return value
    }

    func optionalBytes(_ column: String) throws(StoreError) -> [UInt8]? {
        switch value(column) {
        case .null: return nil
        case .blob(let data): return Array(data)
        default: throw corrupted(column, "is no blob")
        }
    }

    func integer(_ column: String) throws(StoreError) -> Int64 {
        guard case .int64(let value) = value(column) else { throw corrupted(column, "is no integer") }
        return value
    }

    func date(_ column: String) throws(StoreError) -> Date {
        guard let value = try optionalDate(column) else { throw corrupted(column, "is missing") }
        return value
    }

    func optionalDate(_ column: String) throws(StoreError) -> Date? {
        switch value(column) {
        case .null: return nil
        case .double(let seconds): return Date(timeIntervalSinceReferenceDate: seconds)
        default: throw corrupted(column, "is no date")
        }
    }

    func json(_ column: String) throws(StoreError) -> JSONValue {
        let text = try text(column)
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw corrupted(column, "is no JSON: \(error)")
        }
    }

    /// An object of texts.
    func texts(_ column: String) throws(StoreError) -> OrderedDictionary<String, String> {
        guard let members = try json(column).object else { throw corrupted(column, "is no object") }
        var result: OrderedDictionary<String, String> = [:]
        for (key, value) in members {
            guard let text = value.string else { throw corrupted(column, "holds no text under \(key)") }
            result[key] = text
        }
        return result
    }

    func word<Word: RawRepresentable<String>>(_ column: String) throws(StoreError) -> Word {
        let text = try text(column)
        guard let word = Word(rawValue: text) else { throw corrupted(column, "is the unknown word '\(text)'") }
        return word
    }

    func corrupted(_ column: String, _ what: String) -> StoreError {
        let id = if case .string(let id) = value(key) { id } else { "unknown" }
        return StoreError(.corrupted, "table \(table), row \(id): \(column) \(what)")
    }

    private func value(_ column: String) -> DatabaseValue.Storage {
        // As an optional, since GRDB stops the process where a row lacks the column of any other type.
        let value: DatabaseValue? = row[column]
        return value?.storage ?? .null
    }
}
