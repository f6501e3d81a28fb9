/// How long a client waits before it tries again to connect.
///
/// The first attempt to recover is made at once; later ones wait 300 ms, doubled each time up to 7 s, of which a
/// random part is taken so that the clients of a restarted server do not all come back in the same instant.
package struct ReconnectBackoff: Sendable {
    /// Wait before the second attempt.
    package static let base = Duration.milliseconds(300)
    /// Longest wait.
    package static let ceiling = Duration.seconds(7)

    /// The wait before attempt `number` (the first is 1), given a random number in 0…1.
    package static func delay(before number: Int, random: Double) -> Duration {
        guard number > 1 else { return .zero }
        let doublings = min(number - 2, 16)
        let full = min(ceiling, base * (1 << doublings))
        return full * max(0.25, min(1, random))
    }
}
