import ArgumentParser
import Foundation

/// `karbor-simulator`: worlds from seeds, each judged.
struct SimulatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "karbor-simulator", abstract: "Lets the daemon live, die and recover in worlds made from seeds.")

    @Option(help: "One seed; all that happens is printed.") var seed: UInt64?
    @Option(help: "How many seeds.") var seeds: UInt64 = 20_000
    @Option(help: "The first one.") var first: UInt64 = 1
    @Option(help: "How many processes.") var workers = 2
    @Option(help: "Of how many findings it stops.") var findings = 10
    @Option(help: .hidden) var stride: UInt64?

    /// Each so-manyth seed is run twice, and must come to the same.
    private static let checkedTwice: UInt64 = 50

    func run() throws {
        // The order in a dictionary must be the same each time.
        guard ProcessInfo.processInfo.environment["SWIFT_DETERMINISTIC_HASHING"] != nil else {
            setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
            var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) } + [nil]
            execv("/proc/self/exe", &arguments)
            throw ValidationError("it cannot be run again with SWIFT_DETERMINISTIC_HASHING=1")
        }
        if let seed { return try show(seed) }
        if let stride { return try work(stride) }
        try supervise()
    }

    private func show(_ seed: UInt64) throws {
        let runner = try SeedRunner()
        defer { runner.remove() }
        let outcome = runner.run(seed, isTold: true)
        for line in outcome.lines { print(line) }
        print("seed \(seed): \(outcome.finding ?? "all is well"); trace \(String(outcome.hash, radix: 16))")
        if outcome.finding != nil { throw ExitCode.failure }
    }

    /// The seeds of one worker.
    private func work(_ stride: UInt64) throws {
        let runner = try SeedRunner()
        defer { runner.remove() }
        var left = findings
        for seed in Swift.stride(from: first, to: first + seeds, by: Int(stride)) where left > 0 {
            let outcome = runner.run(seed)
            var finding = outcome.finding
            if finding == nil, seed % Self.checkedTwice < stride {
                let again = runner.run(seed)
                if again.hash != outcome.hash { finding = "it runs in another way when it is run again" }
            }
            guard let finding else { continue }
            left -= 1
            print("seed \(seed): \(finding)")
            print("    make simulate SEED=\(seed)")
            fflush(nil)
        }
        if left < findings { throw ExitCode.failure }
    }

    private func supervise() throws {
        let began = ContinuousClock.now
        var processes: [Process] = []
        for worker in 0..<UInt64(max(1, workers)) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = [
                "--first", String(first + worker), "--seeds", String(seeds - min(seeds, worker)), "--findings",
                String(findings), "--stride", String(max(1, workers)),
            ]
            try process.run()
            processes.append(process)
        }
        for process in processes {
            process.waitUntilExit()
            guard process.terminationReason == .uncaughtSignal else { continue }
            let seed = SeedRunner.lastSeed(of: process.processIdentifier) ?? "?"
            print("seed \(seed): the process died of signal \(process.terminationStatus)")
            print("    make simulate SEED=\(seed)")
            SeedRunner.remove(process.processIdentifier)
        }
        let isFine = processes.allSatisfy { $0.terminationReason == .exit && $0.terminationStatus == 0 }
        let usage = Self.usage()
        let seconds = Int((ContinuousClock.now - began) / .seconds(1))
        print(
            "\(seeds) seeds from \(first) in \(seconds) s, \(Int(usage.processorTime * 1000 / Double(max(1, seeds)))) ms "
                + "of CPU each, \(usage.memory) MiB at the peak: " + (isFine ? "all is well" : "not all is well"))
        if !isFine { throw ExitCode.failure }
    }

    private static func usage() -> (processorTime: Double, memory: Int) {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        let microseconds = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
        return (seconds + microseconds / 1_000_000, usage.ru_maxrss / 1024)
    }
}
