import API
import Testing

@testable import KarborProtection
@testable import Keystone

@Suite struct ImpedimentTests {
    private func status(_ failure: ServiceError.Code?, validFor: Duration? = nil) -> ServiceTokenStatus {
        ServiceTokenStatus(
            validFor: validFor,
            failure: failure.map {
                ServiceError($0, "no route to keystone.internal port 5000", serviceType: "identity")
            }, lacksRole: false, statistics: .init())
    }

    @Test func `a token that is valid impedes nothing, also while it cannot be renewed`() {
        #expect(Impediment(status(nil, validFor: .seconds(9))) == nil)
        #expect(Impediment(status(.unreachable, validFor: .seconds(9))) == nil)
    }

    @Test func `why there is none is said in closed words`() {
        #expect(Impediment(status(nil)) == .tokenPending)
        #expect(Impediment(status(.unreachable)) == .keystoneSilent)
        #expect(Impediment(status(.timedOut)) == .keystoneSilent)
        #expect(Impediment(status(.credentialRefused)) == .credentialRefused)
        #expect(Impediment(status(.untrusted)) == .tokenUnobtainable)
        for code in ServiceError.Code.allCases {
            let said = Impediment(status(code))
            #expect(said?.component == "keystone")
            #expect(said?.rawValue.hasPrefix("no service token") == true)
        }
    }
}
