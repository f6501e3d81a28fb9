internal import CUSRSCTP

/// What happened to an association.
enum SCTPEvent: Equatable {
    /// Both sides are ready.
    case established
    /// It is over.
    case closed
    /// A whole message.
    case message(stream: UInt16, payloadProtocol: UInt32, [UInt8])
    /// A message longer than `SCTPReassembly.limit`; it was thrown away.
    case messageTooLong(stream: UInt16)
    /// The peer will send no more on these streams; none named means all.
    case incomingReset(streams: [UInt16])
    /// What we asked to reset has been reset, or will not be.
    case outgoingReset(streams: [UInt16])

    /// Reads a notification of RFC 6458 §6.1 in this machine's byte order; nil for those without meaning here.
    init?(notification bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8 else { return nil }
        let type = bytes.loadUnaligned(as: UInt16.self)
        let flags = bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)
        switch Int32(type) {
        case SCTP_ASSOC_CHANGE:
            guard bytes.count >= 10 else { return nil }
            switch Int32(bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)) {
            case SCTP_COMM_UP: self = .established
            case SCTP_COMM_LOST, SCTP_SHUTDOWN_COMP, SCTP_CANT_STR_ASSOC: self = .closed
            default: return nil
            }
        case SCTP_STREAM_RESET_EVENT:
            let list = stride(from: 12, to: bytes.count - 1, by: 2)
            let streams = list.map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt16.self) }
            if Int32(flags) & SCTP_STREAM_RESET_INCOMING_SSN != 0 {
                self = .incomingReset(streams: streams)
            } else {
                self = .outgoingReset(streams: streams)
            }
        default:
            return nil
        }
    }
}
