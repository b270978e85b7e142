import Loop

/// How ill the world is: drawn once for each seed. When it has become quiet, nothing goes wrong any more.
struct Trouble {
    /// Of so many requests to services one goes wrong.
    var requests: Double
    var bank: Double
    var store: Double
    /// How likely something in Cinder comes to a bad state, where it can.
    var states: Double
    /// How long Cinder may take for what it does in the background.
    var slowness: Duration
    /// When Keystone is away, as offsets from the start.
    var keystoneAway: [Range<Duration>]
    /// At which idle points of a life it ends: one for each life.
    var crashes: [Int]
    /// From when on nothing goes wrong.
    var quiet: Duration

    init(_ chance: inout Chance) {
        requests = chance.one(of: [0, 0.01, 0.03, 0.1, 0.25])
        bank = chance.one(of: [0, 0, 0.01, 0.05, 0.15])
        store = chance.one(of: [0, 0, 0, 0.01, 0.05])
        states = chance.one(of: [0, 0, 0.02, 0.1])
        slowness = chance.one(of: [.seconds(5), .seconds(5), .seconds(60), .seconds(300)])
        quiet = .seconds(chance.one(of: [120, 300, 900]))
        keystoneAway = []
        if chance.isTrue(0.2) {
            let start = Duration.seconds(chance.number(0...300))
            keystoneAway = [start..<(start + .seconds(chance.number(1...240)))]
        }
        let number = chance.one(of: [0, 0, 1, 1, 1, 2, 3])
        crashes = []
        for _ in 0..<number { crashes.append(chance.number(1...chance.one(of: [5, 40, 150, 400]))) }
    }
}
