import Glibc

/// Writes lines to a descriptor, by default standard error.
///
/// A line is one write(2), so that lines of several processes on one pipe or file stay whole. The lock keeps lines whole
/// where the kernel takes only part of one.
package struct DescriptorSink: LogSink {
    private let format: LineFormat
    private let descriptor: LineDescriptor

    package init(descriptor: Int32 = STDERR_FILENO, format: LineFormat) {
        self.format = format
        self.descriptor = LineDescriptor(descriptor)
    }

    package func write(_ record: LogRecord) {
        descriptor.write(format.line(for: record))
    }
}
