import Glibc

/// What the kernel knows of this process, under the names that all programs have for it.
///
/// Read from `/proc`, which is memory and not a disk: it does not block.
package struct ProcessMetrics: Sendable {
    /// Seconds since 1970.
    private let startTime: Double

    /// - Parameter startTime: when the process began, in seconds since 1970.
    package init(startTime: Double) {
        self.startTime = startTime
    }

    package static let declarations = [
        MetricDeclaration("process_resident_memory_bytes", .gauge, "Memory of the process that is in RAM."),
        MetricDeclaration(
            "process_cpu_seconds", .counter, "Processor time that the process has used, user and system."),
        MetricDeclaration("process_open_fds", .gauge, "Files and connections that are open."),
        MetricDeclaration("process_start_time_seconds", .gauge, "When the process began, as seconds since 1970."),
    ]

    /// What cannot be read is left out.
    package func observations() -> [MetricObservation] {
        var result = [MetricObservation("process_start_time_seconds", startTime)]
        if let resident = Self.residentBytes { result.append(.init("process_resident_memory_bytes", resident)) }
        if let used = Self.processorSeconds { result.append(.init("process_cpu_seconds", used)) }
        if let open = Self.openDescriptors { result.append(.init("process_open_fds", open)) }
        return result
    }

    private static var residentBytes: Double? {
        guard let file = fopen("/proc/self/statm", "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let words = line.prefix { $0 != 0 }.split(separator: 0x20)
        guard words.count > 1, let pages = Double(String(decoding: words[1].map(UInt8.init), as: UTF8.self)) else {
            return nil
        }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static var processorSeconds: Double? {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    private static var openDescriptors: Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the folder itself.
        return Double(max(0, count - 3))
    }
}
