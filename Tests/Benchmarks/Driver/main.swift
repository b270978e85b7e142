import Glibc

// One measurement a process, so that none warms another up:
//   karbor-benchmarks session URL COUNT IN_FLIGHT
//   karbor-benchmarks graph TASKS
//   karbor-benchmarks metrics COUNT

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "session" where arguments.count == 5:
    try await SessionBenchmark(url: arguments[2], count: Int(arguments[3]) ?? 0, inFlight: Int(arguments[4]) ?? 0).run()
case "graph" where arguments.count == 3:
    try await GraphBenchmark(tasks: Int(arguments[2]) ?? 0).run()
case "metrics" where arguments.count == 3:
    MetricsBenchmark(count: Int(arguments[2]) ?? 0).run()
default:
    print("usage: karbor-benchmarks session URL COUNT IN_FLIGHT | graph TASKS | metrics COUNT")
    exit(2)
}
