import Logging
import Telemetry
import Testing

@Suite struct SecretTests {
    private static let word = "hunter2-is-not-to-be-seen"

    private struct Credential {
        let user = "karbor"
        let password = Secret(SecretTests.word)
        let history: [Secret<String>?] = [Secret(SecretTests.word), nil]
        let bytes = Secret(Array(SecretTests.word.utf8))
    }

    private final class Holder: Sendable {
        let word = SecretTests.word
    }

    @Test func `no way of turning it into text shows it`() {
        let credential = Credential()
        var dumped = ""
        dump(credential, to: &dumped)
        dump(credential.password, to: &dumped)
        var printed = ""
        print(credential, credential.password, to: &printed)
        debugPrint(credential, credential.password, to: &printed)
        let texts = [
            dumped, printed, "\(credential)", "\(credential.password)", String(describing: credential.password),
            String(reflecting: credential.password), String(reflecting: credential), "\(credential.history)",
            "\(Optional(credential.password) as Any)", "\(["password": credential.password])",
            credential.password.description, credential.password.debugDescription, "\(Secret(Holder()))",
            "\(Logger.Metadata(dictionaryLiteral: ("password", .stringConvertible(credential.password))))",
        ]
        for text in texts {
            #expect(!text.contains(Self.word))
            #expect(!text.contains("104, 117, 110"), "the bytes of the word's beginning")
        }
        #expect("\(credential.password)" == "<redacted>")
        #expect(credential.password.reveal() == Self.word)
    }

    @Test func `reflection finds nothing inside`() {
        let mirror = Mirror(reflecting: Secret(Credential()))
        #expect(mirror.children.isEmpty)
        #expect(mirror.superclassMirror == nil)
    }

    @Test func `it cannot be encoded by accident`() {
        let secret: any Sendable = Secret(Self.word)
        #expect(!(secret is any Encodable))
        #expect(!(secret is any Decodable))
    }

    @Test func `equal secrets are equal and hash alike`() {
        #expect(Secret("one") == Secret("one"))
        #expect(Secret("one") != Secret("onE"))
        #expect(Secret("one") != Secret("one "))
        #expect(Secret("") == Secret(""))
        #expect(Secret([1, 2, 3] as [UInt8]) != Secret([1, 2, 4]))
        #expect(Secret([1, 2, 3] as [UInt8]) == Secret([1, 2, 3]))
        #expect(Secret(7) == Secret(7))
        #expect(Secret(7) != Secret(8))
        #expect(Set([Secret("a"), Secret("a"), Secret("b")]).count == 2)
    }

    @Test func `another form of a secret is one too`() {
        let header = Secret("abc").map { "Bearer \($0)" }
        #expect("\(header)" == "<redacted>")
        #expect(header.reveal() == "Bearer abc")
    }
}
