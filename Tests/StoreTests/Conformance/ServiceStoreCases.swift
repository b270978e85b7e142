import Protection
import Testing

let serviceStoreCases: [ConformanceCase<AnyServiceStore>] = [
    ConformanceCase("the first beat makes a row, later ones move its time") { store in
        try await store.beat(binary: "karbor-protection", host: "a", at: Samples.date(0))
        try await store.beat(binary: "karbor-protection", host: "b", at: Samples.date(1))
        try await store.beat(binary: "karbor-protection", host: "a", at: Samples.date(2))
        let services = try await store.services()
        #expect(services.map(\.host) == ["a", "b"])
        #expect(services.map(\.binary) == ["karbor-protection", "karbor-protection"])
        #expect(Set(services.map(\.id)).count == 2)
        #expect(services.map(\.createdAt) == [Samples.date(0), Samples.date(1)])
        #expect(services.map(\.updatedAt) == [Samples.date(2), nil])
        #expect(services.allSatisfy { !$0.isDisabled && $0.disabledReason == nil })
    }
]
