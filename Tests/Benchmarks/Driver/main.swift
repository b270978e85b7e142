import Glibc

// One measurement a process, so that none warms another up.

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "session" where arguments.count == 5:
    try await SessionBenchmark(
        url: arguments[1], readsAnswers: arguments[2] == "decoded", count: Int(arguments[3]) ?? 0,
        inFlight: Int(arguments[4]) ?? 0
    ).run()
case "renewals" where arguments.count == 4:
    try await RenewalBenchmark(cinder: arguments[1], keystone: arguments[2], renewals: Int(arguments[3]) ?? 0).run()
case "graph" where arguments.count == 2:
    try await GraphBenchmark(tasks: Int(arguments[1]) ?? 0).run()
case "steps" where arguments.count == 4:
    try await StepsBenchmark(
        folder: arguments[1], steps: Int(arguments[2]) ?? 0, inFlight: Int(arguments[3]) ?? 0
    ).run()
case "metrics" where arguments.count == 2:
    MetricsBenchmark(count: Int(arguments[1]) ?? 0).run()
case "download" where arguments.count == 3, "upload" where arguments.count == 4:
    let clients = try BenchmarkClients(cinder: arguments[1], keystone: arguments[1])
    let stream = StreamBenchmark(adapter: clients.adapter, loop: clients.loop, bytes: Int(arguments[2]) ?? 0)
    if arguments.count == 3 { try await stream.download() } else { try await stream.upload(arguments[3]) }
    await clients.shutdown()
default:
    print(
        """
        usage: karbor-benchmarks session URL raw|decoded COUNT IN_FLIGHT
               karbor-benchmarks renewals URL KEYSTONE_URL RENEWALS
               karbor-benchmarks graph TASKS
               karbor-benchmarks steps FOLDER COUNT IN_FLIGHT
               karbor-benchmarks metrics COUNT
               karbor-benchmarks download URL BYTES
               karbor-benchmarks upload URL BYTES FILE
        """)
    exit(2)
}
