import PluginKit

extension ResourceProgress {
    /// Cinder tells how large a volume is, and nothing of how far its backup or restore has come.
    func expect(gibibytes size: Int?) {
        guard let size, size > 0 else { return }
        let (bytes, overflows) = Int64(size).multipliedReportingOverflow(by: 1 << 30)
        if !overflows { transferred(0, of: bytes) }
    }
}
