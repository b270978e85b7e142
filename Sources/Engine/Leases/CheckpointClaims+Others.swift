import FoundationEssentials
import Logging
import Loop
import Protection

/// What other daemons, and earlier lives of this one, have left beside the bank.
extension CheckpointClaims {
    /// How long a lease has expired before it is removed: its owner will hardly come back in the same moment.
    private static let forgottenAfter = 86_400.0

    struct Other {
        let claim: CheckpointClaim
        let lease: BankLease

        var refusal: BankError { claim.refusal(lease) }
    }

    /// Another daemon's claim that `purpose` may not be beside, with a lease that holds. Where there is none, claims go that
    /// would be in the way and whose owners' leases have expired: the checkpoint is taken over from them.
    func look(for purpose: ClaimPurpose, on checkpoint: String) async throws(BankError) -> Other? {
        let own = try await owner()
        var stale: [(owner: String, host: String)] = []
        for other in try await leases.owners() where other != own {
            guard let claim = try await leases.claim(of: other, on: checkpoint), claim.excludes(purpose) else {
                continue
            }
            guard let lease = try await leases.lease(of: other) else { continue }
            if lease.expiresAt > environment.time.date() { return Other(claim: claim, lease: lease) }
            stale.append((other, lease.host))
        }
        for (owner, host) in stale {
            environment.log.notice(
                "a checkpoint is taken over from another daemon, whose lease has expired",
                metadata: ["checkpoint_id": "\(checkpoint)", "owner_id": "\(owner)", "owner_host": "\(host)"])
            try await leases.removeClaim(of: owner, on: checkpoint)
        }
        return nil
    }

    func removeLeftovers(sparing checkpoints: Set<String>) async throws {
        while true {
            do {
                try await removeOwnClaims(but: checkpoints)
                return try await removeForgottenLeases()
            } catch {
                environment.log.debug(
                    "what earlier runs left beside a bank could not be removed yet",
                    metadata: ["bank": "\(leases.place)", "reason": "\(error)"])
            }
            try await environment.time.sleep(for: leases.windows.renewal)
        }
    }

    private func removeOwnClaims(but spared: Set<String>) async throws(BankError) {
        let own = try await owner()
        for checkpoint in try await leases.checkpoints(claimedBy: own) where !spared.contains(checkpoint) {
            await beginTurn(checkpoint)
            do {
                if !isHeld(checkpoint) { try await leases.removeClaim(of: own, on: checkpoint) }
            } catch {
                endTurn(checkpoint)
                throw error
            }
            endTurn(checkpoint)
        }
    }

    /// A lease by which a claim is judged stays, however old.
    private func removeForgottenLeases() async throws(BankError) {
        let own = try await owner()
        let limit = environment.time.date().addingTimeInterval(-Self.forgottenAfter)
        for other in try await leases.owners() where other != own {
            guard let lease = try await leases.lease(of: other), lease.expiresAt < limit,
                try await leases.checkpoints(claimedBy: other, limit: 1).isEmpty
            else { continue }
            try await leases.removeLease(of: other)
        }
    }
}

extension Operation {
    /// Why an operation whose claim is gone has lost its checkpoint; nil where that is as the operation left it, as where the
    /// claim was lost with the folder it lay in, or was never made by an earlier version.
    func loss(hasBegun: Bool, in checkpoints: CheckpointCollection) async throws(BankError) -> String? {
        let checkpoint: Checkpoint
        do {
            checkpoint = try await checkpoints.checkpoint(checkpointID)
        } catch {
            // What a protect has not made yet nobody has taken.
            if error.code == .notFound, kind == .protect { return nil }
            throw error
        }
        guard !isAsLeft(checkpoint, hasBegun: hasBegun) else { return nil }
        return "another daemon has taken over checkpoint \(checkpointID) while this one had no lease of the bank:"
            + " it is \(checkpoint.status.rawValue) now"
    }

    private func isAsLeft(_ checkpoint: Checkpoint, hasBegun: Bool) -> Bool {
        switch kind {
        case .protect: checkpoint.status == .protecting
        case .restore, .verify: checkpoint.status == .available
        case .delete: checkpoint.status.isUnderWay || (!hasBegun && checkpoint.status.isDeletable)
        }
    }
}
