// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors where we build (`make` exports the variable), and only warnings for
// whoever builds with a compiler that we have not met yet.
let strict: [SwiftSetting] =
    Context.environment["KARBOR_WARNINGS_AS_ERRORS"] == "1" ? [.treatAllWarnings(as: .error)] : []
let settings: [SwiftSetting] =
    [.enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault")] + strict

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A room of the house. Each may name only rooms that stand above it in this file.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies, resources: resources,
        swiftSettings: settings)
}

let package = Package(
    name: "karbor-protection",
    products: [.executable(name: "karbor-protection", targets: ["karbor-protection"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        // Hummingbird stands on it. Named here for the one thing that Hummingbird leaves to its caller: how many threads.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        // Hummingbird stands on this, too. Named here for the parts of a request, as they pass through a connection.
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.34.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        room("Loop", [heap]),
        room("Telemetry", ["CSystemd", "Loop", log, metrics]),
        room("OsloConfig", ["Telemetry"]),
        room("HTTPTransport", ["CCurl", "Loop", httpTypes, deque]),
        room("Keystone", ["Loop", "Telemetry", "HTTPTransport", httpTypes, log, metrics, crypto]),
        room("OpenStack", ["Loop", "HTTPTransport", "Keystone", httpTypes, log]),
        room("Protection", ["Loop", "Telemetry", orderedCollections]),
        room("TaskGraph", ["Loop"]),
        room("PluginKit", ["OpenStack", "Protection", orderedCollections, log]),
        room("Plugins", ["Loop", "OsloConfig", "OpenStack", "Protection", "PluginKit", orderedCollections]),
        room("Banks", ["Loop", "OsloConfig", "Protection"]),
        room("Store", ["Loop", "Telemetry", "Protection", grdb, crypto]),
        room(
            "Engine",
            [
                "Loop", "Telemetry", "Keystone", "OpenStack", "Protection", "TaskGraph", "PluginKit", deque,
                orderedCollections, log, metrics,
            ]),
        room(
            "API",
            [
                "Loop", "Telemetry", "Protection", "Engine", hummingbird, hummingbirdCore, nioCore, nioPosix, nioHTTP1,
                nioHTTPTypes, httpTypes, orderedCollections, log,
            ]),
        room(
            "KarborProtection",
            [
                "Loop", "Telemetry", "OsloConfig", "HTTPTransport", "Keystone", "OpenStack", "Protection", "PluginKit",
                "Plugins", "Banks", "Store", "Engine", "API", lifecycle, unixSignals,
                argumentParser, log, metrics,
            ]),
        .executableTarget(name: "karbor-protection", dependencies: ["KarborProtection"], swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["Loop", "Telemetry", "Protection", httpTypes, log],
            path: "Tests/TestSupport", swiftSettings: settings),
        .executableTarget(
            name: "karbor-benchmarks",
            dependencies: [
                "Loop", "Telemetry", "HTTPTransport", "Keystone", "OpenStack", "Protection", "TaskGraph", "PluginKit",
                "Banks", "Store", "Engine", log, metrics,
            ],
            path: "Tests/Benchmarks/Driver", swiftSettings: settings),
        .target(name: "CSimulation", path: "Tests/Simulation/Hooks"),
        .executableTarget(
            name: "karbor-simulator",
            dependencies: [
                "CSimulation", "Loop", "Telemetry", "HTTPTransport", "Keystone", "OpenStack", "Protection", "PluginKit",
                "Plugins", "Store", "Engine", "TestSupport", argumentParser, deque, httpTypes, log, orderedCollections,
            ],
            path: "Tests/Simulation/Simulator", swiftSettings: settings),
        tests("Loop", []),
        tests("Telemetry", ["Loop", log, metrics]),
        tests("OsloConfig", ["Telemetry"]),
        tests("HTTPTransport", ["Loop", httpTypes]),
        tests("Keystone", ["Loop", "Telemetry", "HTTPTransport", httpTypes, log]),
        tests("OpenStack", ["Loop", "Telemetry", "HTTPTransport", "Keystone", httpTypes, log]),
        tests("Protection", ["Loop", orderedCollections]),
        tests("TaskGraph", ["Loop"]),
        tests("Banks", ["Loop", "OsloConfig", "Protection"], resources: [.copy("Golden")]),
        tests(
            "Plugins",
            [
                "Loop", "Telemetry", "OsloConfig", "HTTPTransport", "Keystone", "OpenStack", "Protection", "PluginKit",
                "Engine", httpTypes, log, orderedCollections,
            ]),
        tests(
            "Engine",
            [
                "Loop", "Telemetry", "HTTPTransport", "Keystone", "OpenStack", "Protection", "TaskGraph", "PluginKit",
                log, orderedCollections,
            ]),
        tests("Store", ["Loop", "Telemetry", "Protection", grdb, crypto]),
        tests(
            "API",
            [
                "Loop", "Telemetry", "Keystone", "Protection", "Engine", hummingbird, hummingbirdTesting, nioCore,
                nioPosix, httpTypes, orderedCollections, lifecycle, log,
            ], resources: [.copy("Golden")]),
        tests("KarborProtection", ["Loop", "OsloConfig", "Keystone", "Protection", "API", log, lifecycle]),
    ],
    swiftLanguageModes: [.v6]
)
