import NIOCore
import Signaling

/// What a ``SignalSocket`` reports, on its event loop.
enum SignalSocketEvent {
    /// The server accepted the WebSocket.
    case opened
    /// A binary message arrived.
    case message(ByteBuffer)
    /// The connection could not be made, or was refused.
    case failed(SignalFailure)
    /// The open connection ended.
    case closed
}
