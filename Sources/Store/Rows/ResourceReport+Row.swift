import OrderedCollections
import Protection

extension ResourceReport {
    init(_ row: RowReader) throws(StoreError) {
        self.init(status: try row.texts("resources_status"), reason: try row.texts("resources_reason"))
    }

    var encodedStatus: String { Self.encoded(status) }
    var encodedReason: String { Self.encoded(reason) }

    private static func encoded(_ texts: OrderedDictionary<String, String>) -> String {
        JSONValue.object(texts.mapValues { .string($0) }).encoded
    }
}
