import Glibc
import HTTPTransport
import Loop

// One measurement a process, so that none warms another up:
//   karbor-benchmarks session URL COUNT IN_FLIGHT
//   karbor-benchmarks graph TASKS
//   karbor-benchmarks download URL BYTES
//   karbor-benchmarks upload URL BYTES FILE

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "session" where arguments.count == 5:
    try await SessionBenchmark(url: arguments[2], count: Int(arguments[3]) ?? 0, inFlight: Int(arguments[4]) ?? 0).run()
case "graph" where arguments.count == 3:
    try await GraphBenchmark(tasks: Int(arguments[2]) ?? 0).run()
case "download" where arguments.count == 4, "upload" where arguments.count == 5:
    let loop = Loop(label: "benchmark")
    let transport = CurlTransport(loop: loop)
    let adapter = try SessionBenchmark(url: arguments[2], count: 0, inFlight: 0).adapter(loop, transport)
    let stream = StreamBenchmark(adapter: adapter, loop: loop, bytes: Int(arguments[3]) ?? 0)
    if arguments.count == 4 { try await stream.download() } else { try await stream.upload(arguments[4]) }
    await transport.shutdown()
default:
    print(
        "usage: karbor-benchmarks session URL COUNT IN_FLIGHT | graph TASKS | download URL BYTES | upload URL BYTES FILE"
    )
    exit(2)
}
