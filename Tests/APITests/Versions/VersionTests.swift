import Testing

@testable import API

@Suite struct VersionTests {
    @Test(arguments: ["/", "/data-protect/", "/data-protect"])
    func `the versions need no token, and their link goes by the prefix`(path: String) async throws {
        try await TestAPI().run { client in
            let answer = try await client.get(path, as: nil)
            #expect(answer.status == 300)
            #expect(
                answer.json == [
                    "versions": [
                        [
                            "id": "v1.0", "status": "CURRENT",
                            "links": [["rel": "self", "href": "http://localhost/data-protect/v1/"]],
                        ]
                    ]
                ])
        }
    }

    @Test func `the operator's address is in the link`() async throws {
        try await TestAPI { $0.baseURL = "https://cloud.example/" }.run { client async throws in
            #expect(try await client.get("/").text.contains("\"https://cloud.example/data-protect/v1/\""))
        }
    }
}
