public import MediaWire

extension PeerConnection {
    /// Opens a data channel; `.dataChannelOpened` says when it can carry messages.
    ///
    /// It may be called before the first exchange, which then must have a section for data channels.
    ///
    /// - Parameters:
    ///   - maxRetransmits: How often a lost message is sent again; nil means until it arrives.
    ///   - negotiatedStream: The stream both sides have agreed on; nil announces the channel to the peer (RFC 8832).
    public func openDataChannel(
        label: String,
        ordered: Bool = true,
        maxRetransmits: UInt16? = nil,
        negotiatedStream: UInt16? = nil,
        at now: Instant
    ) -> DataChannelID {
        self.now = now
        if !areDataChannelsEnabled {
            areDataChannelsEnabled = true
            transport.enableDataChannels(
                remotePort: NegotiationRules.sctpPort,
                maxMessageSize: Negotiator.assumedMaxMessageSize,
                at: now
            )
        }
        return transport.openDataChannel(
            label: label,
            ordered: ordered,
            maxRetransmits: maxRetransmits,
            negotiatedStream: negotiatedStream,
            at: now
        )
    }

    /// Sends a message.
    public func send(
        _ data: [UInt8],
        binary: Bool = true,
        on channel: DataChannelID,
        at now: Instant
    ) throws(DataChannelError) {
        self.now = now
        try transport.send(data, binary: binary, on: channel, at: now)
    }

    /// Closes a data channel after what has been sent on it.
    public func closeDataChannel(_ channel: DataChannelID, at now: Instant) {
        self.now = now
        transport.closeDataChannel(channel, at: now)
    }
}
