import JobProcess

extension JobLink {
    /// Sends a message; false if the other end is gone.
    @discardableResult
    func send(_ message: JobMessage) -> Bool { send(message: message) }

    /// Waits for the next message; nil when the other end is gone or does not speak our language.
    func receive() -> JobMessage? { receiveMessage() }
}
