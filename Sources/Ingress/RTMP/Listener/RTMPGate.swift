/// Decides who may publish.
package protocol RTMPGate: Sendable {
    /// Lets a publisher in, or throws why not.
    ///
    /// The task is cancelled when the publisher leaves meanwhile. The sink that is returned hears `.ended` exactly once,
    /// even then.
    func admit(_ publisher: RTMPPublisher) async throws(RTMPRefusal) -> any InputSink
}
