import Loop

/// The producer of a request's body: asked for one piece after another, as `UploadFlow` says.
extension CurlCore {
    /// Asks it for pieces until enough are held. May be called from a callback.
    nonisolated func ask(producerOf transfer: Transfer) {
        guard case .stream(_, let next) = transfer.plan.body else { return }
        let id = transfer.id
        transfer.producer = Task(executorPreference: executor.tasks) {
            var isAsked = true
            while isAsked {
                let piece: Result<[UInt8]?, any Error>
                do { piece = .success(try await next()) } catch { piece = .failure(error) }
                isAsked = self.takeIn(piece, for: id)
            }
        }
    }

    /// The server does not want the rest. Called from a callback.
    nonisolated func stopUpload(of transfer: Transfer) {
        transfer.producer?.cancel()
        let id = transfer.id
        enterSoon { core in
            guard let transfer = core.transfers[id] else { return }
            core.resume(transfer)
            core.settle()
        }
    }

    /// By its preference the producer's task is on the loop's queue again after each piece, whoever makes them.
    private nonisolated func takeIn(_ piece: Result<[UInt8]?, any Error>, for id: UInt64) -> Bool {
        assumeIsolated { $0.produced(id, piece) }
    }

    /// Takes in what the producer gave. Returns whether it is asked for more.
    private func produced(_ id: UInt64, _ piece: Result<[UInt8]?, any Error>) -> Bool {
        guard let transfer = transfers[id] else { return false }
        let next: UploadFlow.Produced?
        switch piece {
        case .success(let bytes):
            next = transfer.machine.upload?.produced(bytes?.count)
            if next == .keep || next == .keepAndResume { transfer.keepPiece(bytes ?? []) }
        case .failure(let error):
            next = transfer.machine.upload?.failed()
            if next == .abort { transfer.producerError = error }
        }
        // Before libcurl goes on, since it may then want more by itself, or end the transfer.
        let goesOn = transfer.machine.upload?.asks() == true
        if !goesOn { transfer.producer = nil }
        switch next {
        case .keep: break
        case .keepAndResume:
            resume(transfer)
            settle()
        case .abort:
            let text = transfer.producerError == nil ? "did not keep to its length" : "failed"
            abort(transfer, .bodySource, "the producer of the request's body \(text)")
        case .ignore, nil: break
        }
        return goesOn && transfer.machine.phase != .ended
    }
}
