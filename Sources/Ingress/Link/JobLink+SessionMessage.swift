import JobProcess
import Media

extension JobLink {
    /// Sends a message; false if the other end is gone.
    @discardableResult
    func send(_ message: SessionMessage) -> Bool {
        if case .input(.sample(let kind, let packet)) = message {
            guard SampleHeader.fits(packet) else { return false }
            return send(SampleHeader(kind, packet).serialized(), packet.data)
        }
        return send(message: message)
    }

    /// Waits for the next message; nil when the other end is gone or does not speak our language.
    func receive() -> SessionMessage? { receiveMessage() }
}
