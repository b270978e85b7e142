/// The transfers whose readers are to get what the call into libcurl that is under way has brought.
///
/// It belongs to the loop's queue: libcurl's callbacks add to it, and `CurlCore` empties it after each call.
final class Handover {
    private var transfers: [Transfer] = []

    func add(_ transfer: Transfer) {
        transfers.append(transfer)
    }

    func settle() {
        guard !transfers.isEmpty else { return }
        for transfer in transfers { transfer.handOver() }
        transfers.removeAll(keepingCapacity: true)
    }
}
