package import LiveKitProtocol
import Logging
import Signaling

/// One signalling connection of a participant, from its upgrade to its end.
///
/// A participant that resumes gets a new session; the old one then leads nowhere.
package final class SignalSession {
    private weak var participant: Participant?
    private var connection: (any SignalConnection)?
    private let logger: Logger

    init(connection: any SignalConnection, logger: Logger) {
        self.connection = connection
        self.logger = logger
    }

    func bind(to participant: Participant) {
        self.participant = participant
    }

    /// Whether the connection is still there.
    var isOpen: Bool { connection != nil }

    /// Takes a request the client has sent.
    package func receive(_ request: Livekit_SignalRequest) {
        participant?.handle(request, from: self)
    }

    /// The WebSocket is gone without this side having closed it.
    package func connectionClosed() {
        connection = nil
        participant?.signalLost(self)
    }

    /// Sends a response.
    ///
    /// One that would bring clients down is held back: it is a fault of this server.
    func send(_ response: Livekit_SignalResponse) {
        if let hazard = ResponseHazard(in: response) {
            assertionFailure("a response would bring clients down: \(hazard)")
            logger.error("response held back", metadata: ["hazard": "\(hazard)"])
            return
        }
        connection?.send(response)
    }

    /// Ends the connection after what was sent.
    func close() {
        let open = connection
        connection = nil
        participant = nil
        open?.close()
    }
}
