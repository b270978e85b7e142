import Foundation

/// Runs seeds in this process, one after another.
struct SeedRunner {
    struct Outcome {
        var hash: UInt64
        var finding: String?
        var lines: [String]
    }

    let executor = SimulatedExecutor()
    private let folder: String

    init() throws {
        JobQueue.shared.takeOverPool()
        folder = Self.folder(of: getpid())
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func remove() { Self.remove(getpid()) }

    /// In memory, if there is a place for that: nobody waits for disks then.
    private static func folder(of process: Int32) -> String {
        let isThere = FileManager.default.fileExists(atPath: "/dev/shm")
        return (isThere ? "/dev/shm" : NSTemporaryDirectory()) + "/karbor-simulation-\(process)"
    }

    /// What a process that did not come to its end was about.
    static func lastSeed(of process: Int32) -> String? {
        FileManager.default.contents(atPath: folder(of: process) + "/seed").map { String(decoding: $0, as: UTF8.self) }
    }

    static func remove(_ process: Int32) { try? FileManager.default.removeItem(atPath: folder(of: process)) }

    func run(_ seed: UInt64, isTold: Bool = false) -> Outcome {
        let options = SimulationOptions(seed: seed, isTold: isTold, folder: folder)
        _ = FileManager.default.createFile(atPath: folder + "/seed", contents: Data("\(seed)".utf8))
        do {
            let simulation = try Simulation(options, executor: executor)
            do {
                try simulation.run()
                return Outcome(hash: simulation.trace.hash, finding: nil, lines: simulation.trace.lines)
            } catch {
                return Outcome(hash: simulation.trace.hash, finding: "\(error)", lines: simulation.trace.lines)
            }
        } catch {
            return Outcome(hash: 0, finding: "it could not begin: \(error)", lines: [])
        }
    }
}
