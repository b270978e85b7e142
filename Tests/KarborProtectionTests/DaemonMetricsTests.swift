import Testing

@testable import KarborProtection

/// What all rooms declare, taken together.
@Suite struct DaemonMetricsTests {
    private let declarations = DaemonMetrics.declarations

    @Test func `no name is declared twice, and every name and label is one of OpenMetrics`() {
        #expect(Set(declarations.map(\.name)).count == declarations.count)
        for declaration in declarations {
            #expect(declaration.name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil)
            for label in declaration.labels {
                #expect(label.wholeMatch(of: /[a-z][a-z_]*/) != nil && label != "le", "\(declaration.name)")
            }
            for ending in ["_total", "_count", "_sum", "_bucket", "_info", "_created"] {
                #expect(!declaration.name.hasSuffix(ending), "its kind adds that")
            }
        }
    }

    @Test func `ours begin with karbor, and what every program has does not`() {
        for declaration in declarations {
            #expect(declaration.name.hasPrefix("karbor_") || declaration.name.hasPrefix("process_"))
        }
    }

    @Test func `a time and a size are in base units, and buckets ascend`() {
        for declaration in declarations {
            #expect(declaration.help.hasSuffix("."))
            if case .histogram(let bounds) = declaration.kind {
                #expect(declaration.unit == .seconds)
                #expect(!bounds.isEmpty && bounds == bounds.sorted() && Set(bounds).count == bounds.count)
            }
        }
    }
}
