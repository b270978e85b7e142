import Protection
import Testing

@Suite struct ParametersTests {
    private let key = ResourceKey(type: .volume, id: "8d2f1c8e-3a9e-4f7b-9b51-8f0d6a1c2e34")

    @Test func `a resource's own parameters come before those of its type, one by one`() {
        let parameters = Parameters([
            "OS::Cinder::Volume": ["backup_mode": "full", "force": "True"],
            "OS::Cinder::Volume#8d2f1c8e-3a9e-4f7b-9b51-8f0d6a1c2e34": [
                "backup_mode": "incremental", "container": "c",
            ],
            "OS::Cinder::Volume#another": ["container": "d"],
            "OS::Nova::Server": ["force": "False"],
        ])
        #expect(parameters.merged(for: key) == ["backup_mode": "incremental", "force": "True", "container": "c"])
    }

    @Test func `without parameters, or with what is no object, there are none`() {
        #expect(Parameters().merged(for: key) == [:])
        for json: JSONValue in [nil, [], "a", ["OS::Cinder::Volume": nil], ["OS::Cinder::Volume": [1]]] {
            #expect(Parameters(json).merged(for: key) == [:])
        }
    }

    @Test func `they are given back as they came`() throws {
        let text = #"{"z": {"b": "True", "a": 1.0, "n": null}, "a": {}}"#
        #expect(try Parameters(JSONValue(parsing: text)).json.encoded == text)
    }
}
