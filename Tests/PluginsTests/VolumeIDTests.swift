import Testing

@testable import Plugins

@Suite struct VolumeIDTests {
    @Test(arguments: [
        "248066a4-b709-4412-82a6-767fb45efcc8", "248066A4-B709-4412-82A6-767FB45EFCC8",
        "248066a4b709441282a6767fb45efcc8", "----248066a4b709441282a6767fb45efcc8",
    ])
    func `every spelling of a UUID becomes the one that Cinder knows`(text: String) {
        #expect(VolumeID.canonical(text) == "248066a4-b709-4412-82a6-767fb45efcc8")
    }

    @Test(arguments: [
        "", "volume", "248066a4", "248066a4-b709-4412-82a6-767fb45efccg", "٢48066a4b709441282a6767fb45efcc8",
    ])
    func `what is no UUID stays as it is`(text: String) {
        #expect(VolumeID.canonical(text) == text)
    }
}
