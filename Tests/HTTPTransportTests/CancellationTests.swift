import HTTPTransport
import HTTPTypes
import Loop
import TestSupport
import Testing

@Suite struct CancellationTests {
    @Test func `a caller that is cancelled leaves at once, its connection is closed and its place given on`()
        async throws
    {
        let (ended, sayEnded) = AsyncStream<Bool>.makeStream()
        let (arrived, sayArrived) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection in
            guard try connection.readRequest()?.path == "/hang" else {
                return try connection.send(ScriptedResponse(200))
            }
            sayArrived.yield()
            sayEnded.yield(connection.waitForEnd())
        }
        try await withTransport(TransportConfiguration(hostLimit: 1)) { transport, _ in
            let hanging = Task { try await transport.send(request(.get, server.authority, "/hang")) }
            _ = await arrived.first { true }
            let waiting = Task { try await transport.send(request(.get, server.authority, "/next")) }
            hanging.cancel()
            let error = try await transportError { _ = try await hanging.value }
            #expect(error.code == .cancelled && error.requestMayHaveArrived)
            #expect(await ended.first { _ in true } == true)
            #expect(try await waiting.value.status == .ok)
        }
    }

    @Test func `one that is cancelled while it waits for its turn was never sent, and holds nobody up`() async throws {
        let gate = Gate()
        let (arrived, sayArrived) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection in
            while let request = try connection.readRequest() {
                if request.path == "/first" {
                    sayArrived.yield()
                    gate.wait()
                }
                try connection.send(ScriptedResponse(200))
            }
        }
        try await withTransport(TransportConfiguration(hostLimit: 1)) { transport, loop in
            try await loop.run { () async throws in
                async let first = transport.send(request(.get, server.authority, "/first"))
                _ = await arrived.first { true }
                // On the loop, each is in its line by the time the next one begins.
                let second = loop.spawn { try await transport.send(request(.get, server.authority, "/second")) }
                let third = loop.spawn { try await transport.send(request(.get, server.authority, "/third")) }
                try await loop.spawn {}.value
                second.cancel()
                let error = try await transportError { _ = try await second.value }
                #expect(error.code == .cancelled && !error.requestMayHaveArrived)
                gate.open()
                #expect(try await first.status == .ok)
                #expect(try await third.value.status == .ok)
            }
        }
        #expect(server.requests.map(\.path) == ["/first", "/third"])
    }

    @Test func `one that is cancelled before it begins sends nothing`() async throws {
        let server = try ScriptedServer { _ in ScriptedResponse(200) }
        try await withTransport { transport, loop in
            for isOnLoop in [true, false] {
                let (gate, open) = AsyncStream<Void>.makeStream()
                let task = Task(executorPreference: isOnLoop ? loop.executor.tasks : nil) {
                    for await _ in gate {}
                    return try await transport.send(request(.get, server.authority))
                }
                task.cancel()
                open.finish()
                let error = try await transportError { _ = try await task.value }
                #expect(error.code == .cancelled && !error.requestMayHaveArrived)
            }
        }
        #expect(server.connectionCount == 0)
    }

    @Test func `requests that are cancelled in a race with their answers all end once`() async throws {
        let server = try ScriptedServer { _ in ScriptedResponse(200) }
        let outcomes = try await withTransport(TransportConfiguration(hostLimit: 8)) { transport, loop in
            await withTaskGroup(of: Bool.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let onLoop = number.isMultiple(of: 2)
                        let task = Task(executorPreference: onLoop ? loop.executor.tasks : nil) {
                            try await transport.send(request(.get, server.authority))
                        }
                        for _ in 0..<number % 13 { await Task.yield() }
                        task.cancel()
                        switch await task.result {
                        case .success(let response): return response.status == .ok
                        case .failure(let error): return (error as? TransportError)?.code == .cancelled
                        }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
        }
        #expect(outcomes == 400)
    }
}
