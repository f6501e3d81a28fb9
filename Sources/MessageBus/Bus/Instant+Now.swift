import MediaWire
import NIOCore

extension Instant {
    /// The time of the monotonic clock that the module's drivers read.
    static var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }
}
