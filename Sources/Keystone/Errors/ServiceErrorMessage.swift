import FoundationEssentials
import HTTPTransport
import HTTPTypes
import Telemetry

/// What a service says in the body of an error, in the many forms that OpenStack has.
enum ServiceErrorMessage {
    static let limit = 500

    /// One line of at most `limit` characters, in which `secrets` do not occur: Keystone has been known to name the token
    /// that it does not find.
    static func text(of response: TransportResponse, hiding secrets: [Secret<String>] = []) -> String {
        var text = message(in: response) ?? ""
        for secret in secrets where !secret.reveal().isEmpty {
            text = text.replacing(secret.reveal(), with: "<redacted>")
        }
        let line = oneLine(text)
        return line.isEmpty ? "the answer was HTTP \(response.status.code)" : line
    }

    /// Whether the body is a JSON document with a message, as the services write it and a web server in front of them does
    /// not.
    static func isDocument(_ response: TransportResponse) -> Bool {
        document(in: response)?.message != nil
    }

    private static func document(in response: TransportResponse) -> Document? {
        guard response.body.count <= 64 << 10 else { return nil }
        return try? JSONDecoder().decode(Document.self, from: Data(response.body))
    }

    private static func message(in response: TransportResponse) -> String? {
        guard response.body.count <= 64 << 10 else { return nil }
        if let document = document(in: response) { return document.message }
        guard response.headerFields[.contentType]?.hasPrefix("text/plain") == true else { return nil }
        return String(decoding: response.body, as: UTF8.self)
    }

    private static func oneLine(_ text: String) -> String {
        let words = text.split { $0.isWhitespace || $0.isNewline || ($0.asciiValue ?? 32) < 32 }
        let line = words.joined(separator: " ")
        return line.count > limit ? line.prefix(limit) + "…" : line
    }

    /// `{"badRequest": {"message": …}}` (Cinder, Nova, Manila), `{"error": {"message": …}}` (Keystone),
    /// `{"NeutronError": {"message": …}}`, `{"errors": [{"detail": …}]}` (Placement), `{"message": …}`, and a bare
    /// `{"NeutronError": "…"}` or `{"error": "…"}`.
    private struct Document: Decodable {
        var message: String?

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        private struct Details: Decodable {
            var message: String?
            var detail: String?
            var title: String?

            enum CodingKeys: CodingKey { case message, detail, title }

            init(from decoder: any Decoder) throws {
                let fields = try decoder.container(keyedBy: CodingKeys.self)
                message = fields.lenient(String.self, .message)
                detail = fields.lenient(String.self, .detail)
                title = fields.lenient(String.self, .title)
            }

            var text: String? { message ?? detail ?? title }
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            let own = ["message", "faultstring", "detail", "title"].compactMap {
                fields.lenient(String.self, Key(stringValue: $0))
            }
            if let first = own.first {
                message = first
                return
            }
            for key in fields.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
                let list = fields.lenient(LenientArray<Details>.self, key)
                let details = fields.lenient(Details.self, key)?.text ?? list?.elements.first?.text
                if let text = details ?? fields.lenient(String.self, key) {
                    message = text
                    return
                }
            }
        }
    }
}
