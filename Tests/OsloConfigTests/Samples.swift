import OsloConfig
import Testing

@testable import OsloConfig

/// A configuration of these options, read from texts as if they were files a.conf, b.conf, …
func configuration(
    _ texts: String..., options: [AnyConfigOption] = [], environment: [String: String] = [:],
    overrides: [ConfigurationOverride] = []
) throws -> Configuration {
    var files: [ParsedFile] = []
    for (number, text) in texts.enumerated() {
        files.append(try DialectParser.parse(text, path: "/etc/\(["a", "b", "c", "d"][number]).conf"))
    }
    return Configuration(
        registry: registry(of: options), files: files, environment: environment, overrides: overrides)
}

/// A registry of options in whatever groups they say.
func registry(of options: [AnyConfigOption]) -> OptionRegistry {
    var registry = OptionRegistry()
    for option in options { registry.add(OptionGroup(option.declaration.group, [option])) }
    return registry
}

/// The error that `body` throws.
func failure<Result>(_ body: () throws -> Result) -> ConfigurationError? {
    do {
        let result = try body()
        Issue.record("expected an error, got \(result)")
        return nil
    } catch let error as ConfigurationError {
        return error
    } catch {
        Issue.record("expected a ConfigurationError, got \(error)")
        return nil
    }
}
