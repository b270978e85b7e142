import Loop

/// The producer of a request's body: asked for one piece at a time, as `UploadFlow` says.
extension CurlCore {
    /// Asks it for the next piece. Called from a callback.
    nonisolated func pull(from transfer: Transfer) {
        guard case .stream(_, let next) = transfer.plan.body else { return }
        let id = transfer.id
        transfer.producer = Task(executorPreference: executor.tasks) {
            let piece: Result<[UInt8]?, any Error>
            do { piece = .success(try await next()) } catch { piece = .failure(error) }
            self.enter { $0.produced(id, piece) }
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

    private func produced(_ id: UInt64, _ piece: Result<[UInt8]?, any Error>) {
        guard let transfer = transfers[id] else { return }
        transfer.producer = nil
        let next: UploadFlow.Produced?
        switch piece {
        case .success(let bytes):
            next = transfer.machine.upload?.produced(bytes?.count)
            if next == .resume { transfer.keepPiece(bytes ?? []) }
        case .failure(let error):
            transfer.producerError = error
            next = transfer.machine.upload?.failed()
        }
        switch next {
        case .resume:
            resume(transfer)
            settle()
        case .pullAgain: pull(from: transfer)
        case .abort:
            let text = transfer.producerError == nil ? "did not keep to its length" : "failed"
            abort(transfer, .bodySource, "the producer of the request's body \(text)")
        case .ignore, nil: break
        }
    }
}
