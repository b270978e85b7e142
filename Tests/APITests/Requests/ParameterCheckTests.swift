import Engine
import Protection
import Testing

@testable import API

@Suite struct ParameterCheckTests {
    private static let provider = ProviderDescription(
        id: FakeProviders.infra, name: "p", description: "",
        schemas: [
            .volume: ResourceSchemas(options: [
                "type": "object", "required": ["name", "force"],
                "properties": [
                    "name": ["type": "string", "default": nil], "force": ["type": "boolean"],
                    "mode": ["type": "string", "enum": ["full", "incremental"]], "size": ["type": "integer"],
                    "rate": ["type": "number"], "any": [:], "either": ["type": ["boolean", "integer"]],
                    "id": ["type": "string", "format": "uuid"],
                    "short": ["type": "string", "minLength": 2, "maxLength": 4],
                    "share": ["type": "number", "minimum": 0, "maximum": .number(1.5)],
                ],
            ]), .image: ResourceSchemas(),
        ])

    private func check(_ parameters: JSONValue) throws {
        try ParameterCheck(provider: Self.provider, schema: \.options).check(Parameters(parameters))
    }

    @Test(
        arguments: [
            ["name": "x"], ["name": 7], ["name": true], ["force": true], ["force": "False"], ["force": "yes"],
            ["force": 0],
            ["mode": "full"], ["size": 3], ["size": "3"], ["rate": "2.5"], ["rate": 2], ["any": "thing"],
            ["either": "on"],
            ["either": "12"], [:], ["id": "248066a4-b709-4412-82a6-767fb45efcc8"],
            ["id": "248066A4b709441282a6767fb45efcc8"], ["id": ""], ["short": "äöüß"], ["short": 12],
            ["share": 1], ["share": "0.5"], ["share": 0],
        ] as [JSONValue])
    func `a value may come as the text that it looks like`(values: JSONValue) throws {
        try check(["OS::Cinder::Volume": values])
        try check(["OS::Cinder::Volume#248066a4-b709-4412-82a6-767fb45efcc8": values])
    }

    @Test(
        arguments: [
            ["force": "perhaps"], ["force": 2], ["mode": "half"], ["mode": true], ["size": "x"], ["size": true],
            ["rate": "fast"], ["rate": "nan"], ["either": "x"], ["colour": "red"], ["Name": "x"],
            ["id": "../../x"], ["id": 7], ["id": "248066a4"], ["short": "a"], ["short": "abcde"], ["short": 12345],
            ["share": 2], ["share": -1], ["share": "1.6"], ["share": "x"], ["mode": "full\u{301}"],
        ] as [JSONValue])
    func `what cannot be meant is refused`(values: JSONValue) {
        let error = #expect(throws: APIError.self) { try check(["OS::Cinder::Volume": values]) }
        #expect(error?.kind == .badRequest)
    }

    @Test(arguments: [
        "OS::No::Such", "volume", "OS::Cinder::Volume#7", "OS::Cinder::Volume#", "#", "os::cinder::volume",
    ])
    func `a key names a known type, or one resource of it`(key: String) {
        #expect(throws: APIError.self) { try check([key: [:]]) }
    }

    @Test func `a type that the provider does not load, or says nothing of, takes anything`() throws {
        try check(["OS::Nova::Server": ["whatever": true], "OS::Glance::Image": ["colour": "red"]])
    }
}
