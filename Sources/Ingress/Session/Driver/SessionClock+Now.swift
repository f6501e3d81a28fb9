import FoundationEssentials
import JobProcess
import MediaWire

extension SessionClock {
    /// A session's clock that begins now; for drivers only.
    static func startingNow() -> SessionClock {
        SessionClock(
            origin: .monotonic,
            wallClock: WallClock(unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)),
            rtpOrigin: UInt32.random(in: 0...UInt32.max)
        )
    }
}
