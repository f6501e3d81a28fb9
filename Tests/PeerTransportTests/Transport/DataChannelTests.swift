import MediaWire
import Testing

@testable import PeerTransport

@Suite struct DataChannelTests {
    private func connectedPair(seed: UInt64 = 1, loss: Double = 0) throws -> TransportPair {
        let pair = try TransportPair(seed: seed)
        if loss > 0 {
            // At the pace of the real clock, so everything is quick.
            SCTPStack.enter {
                SCTPStack.setTimeouts(.init(initial: 20, shortest: 10, longest: 40, delayedAcknowledgement: 5))
            }
            pair.isPaced = true
            pair.link.delay = .milliseconds(1)
        }
        pair.link.loss = loss
        pair.a.enableDataChannels(maxMessageSize: 65_535, at: pair.now)
        pair.b.enableDataChannels(maxMessageSize: 65_535, at: pair.now)
        try #require(pair.connect())
        return pair
    }

    /// Opens a channel from `a` and gives both ends.
    private func open(
        _ pair: TransportPair,
        ordered: Bool = true,
        maxRetransmits: UInt16? = nil
    ) throws -> (DataChannelID, DataChannelID) {
        let id = pair.a.openDataChannel(
            label: "chat",
            ordered: ordered,
            maxRetransmits: maxRetransmits,
            negotiatedStream: nil,
            at: pair.now
        )
        try #require(pair.run(for: .seconds(20)) { !$0.openChannels(of: .b).isEmpty })
        // Let the acknowledgement arrive too.
        pair.run(for: .milliseconds(100))
        return (id, pair.openChannels(of: .b)[0])
    }

    @Test func aChannelIsAnnouncedWithItsLabel() throws {
        let pair = try connectedPair()
        let (id, theirs) = try open(pair)
        // `b` is the DTLS client, so `a` uses odd streams.
        #expect(pair.events(of: .a).contains(.dataChannelOpened(id, label: "chat", stream: 1)))
        #expect(pair.events(of: .b).contains(.dataChannelOpened(theirs, label: "chat", stream: 1)))
    }

    @Test func channelsOpenedBeforeTheConnectionOpenWithIt() throws {
        let pair = try TransportPair()
        for transport in pair.transports { transport.enableDataChannels(maxMessageSize: 65_535, at: pair.now) }
        for (transport, label) in zip(pair.transports, ["from a", "from b"]) {
            _ = transport.openDataChannel(
                label: label,
                ordered: true,
                maxRetransmits: nil,
                negotiatedStream: nil,
                at: pair.now
            )
        }
        #expect(pair.connect())
        #expect(pair.run(for: .seconds(5)) { $0.openChannels(of: .a).count == 2 && $0.openChannels(of: .b).count == 2 })
    }

    @Test func negotiatedChannelsNeedNoAnnouncement() throws {
        let pair = try connectedPair()
        let ids = pair.transports.map {
            $0.openDataChannel(
                label: "_reliable",
                ordered: true,
                maxRetransmits: nil,
                negotiatedStream: 3,
                at: pair.now
            )
        }
        #expect(
            pair.run(for: .seconds(5)) { $0.openChannels(of: .a) == [ids[0]] && $0.openChannels(of: .b) == [ids[1]] }
        )
        try pair.a.send([1, 2], binary: true, on: ids[0], at: pair.now)
        #expect(pair.run(for: .seconds(5)) { $0.messages(of: .b) == [[1, 2]] })
    }

    @Test(arguments: [([UInt8](), false), ([], true), ([65], false), ([66], true)])
    func textBinaryAndEmptyMessagesArriveAsWhatTheyAre(message: [UInt8], binary: Bool) throws {
        let pair = try connectedPair()
        let (ours, theirs) = try open(pair)
        try pair.a.send(message, binary: binary, on: ours, at: pair.now)
        try pair.b.send(message, binary: binary, on: theirs, at: pair.now)
        pair.run(for: .seconds(1))
        #expect(pair.events(of: .b).contains(.dataChannelMessage(theirs, message, binary: binary)))
        #expect(pair.events(of: .a).contains(.dataChannelMessage(ours, message, binary: binary)))
    }

    @Test(arguments: 1...3) func orderedMessagesAllArriveInOrderThoughPacketsAreLost(seed: UInt64) throws {
        let pair = try connectedPair(seed: seed, loss: 0.1)
        let (ours, theirs) = try open(pair)
        let messages = (0..<1000).map { [UInt8($0 >> 8), UInt8($0 & 255)] + [UInt8](repeating: 5, count: 100) }
        for message in messages { try pair.a.send(message, binary: true, on: ours, at: pair.now) }
        #expect(pair.run(for: .seconds(60)) { $0.messages(of: .b, on: theirs).count == 1000 })
        let isSame = pair.messages(of: .b, on: theirs) == messages
        #expect(isSame)
    }

    @Test(arguments: 1...5) func unorderedLossyMessagesMostlyArriveAndNeverTwice(seed: UInt64) throws {
        let pair = try connectedPair(seed: seed, loss: 0)
        let (ours, theirs) = try open(pair, ordered: false, maxRetransmits: 0)
        pair.link.loss = 0.1
        let messages = (0..<500).map { [UInt8($0 >> 8), UInt8($0 & 255)] }
        for message in messages {
            try pair.a.send(message, binary: true, on: ours, at: pair.now)
            pair.run(for: .milliseconds(5))
        }
        pair.link.loss = 0
        pair.run(for: .seconds(5))
        let arrived = pair.messages(of: .b, on: theirs)
        #expect(arrived.count > 350)
        #expect(arrived.count < 500, "lost messages are not sent again")
        #expect(Set(arrived).count == arrived.count)
    }

    @Test func messagesOfTheLargestSizeArriveBothWays() throws {
        let pair = try connectedPair(loss: 0.02)
        let (ours, theirs) = try open(pair)
        var random = SplitMix(state: 3)
        let message = (0..<65_535).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        for _ in 0..<8 {
            try pair.a.send(message, binary: true, on: ours, at: pair.now)
            try pair.b.send(message, binary: true, on: theirs, at: pair.now)
        }
        #expect(pair.run(for: .seconds(120)) { $0.messages(of: .a).count == 8 && $0.messages(of: .b).count == 8 })
        let isSame = Set(pair.messages(of: .a) + pair.messages(of: .b)) == [message]
        #expect(isSame)
    }

    @Test func whatThePeerDoesNotTakeIsRefused() throws {
        let pair = try connectedPair()
        let (ours, _) = try open(pair)
        #expect(throws: DataChannelError.messageTooLarge(size: 65_536, limit: 65_535)) {
            try pair.a.send([UInt8](repeating: 0, count: 65_536), binary: true, on: ours, at: pair.now)
        }
        let connecting = pair.a.openDataChannel(
            label: "x",
            ordered: true,
            maxRetransmits: nil,
            negotiatedStream: nil,
            at: pair.now
        )
        pair.a.closeDataChannel(connecting, at: pair.now)
        #expect(throws: DataChannelError.closed) {
            try pair.a.send([1], binary: true, on: connecting, at: pair.now)
        }
    }

    @Test func aSenderThatIsTooFastIsToldSo() throws {
        let pair = try connectedPair()
        let (ours, _) = try open(pair)
        pair.link.isCut = true
        let message = [UInt8](repeating: 0, count: 65_535)
        #expect(throws: DataChannelError.bufferFull) {
            for _ in 0..<1000 { try pair.a.send(message, binary: true, on: ours, at: pair.now) }
        }
    }

    @Test func aMessageLongerThanTheBoundClosesItsChannel() throws {
        let pair = try connectedPair()
        let (ours, theirs) = try open(pair)
        // The peer claims to take anything.
        pair.a.enableDataChannels(maxMessageSize: 0, at: pair.now)
        let message = [UInt8](repeating: 1, count: SCTPReassembly.limit + 1)
        try pair.a.send(message, binary: true, on: ours, at: pair.now)
        #expect(pair.run(for: .seconds(20)) { $0.events(of: .b).contains(.dataChannelClosed(theirs)) })
        #expect(pair.events(of: .a).contains(.dataChannelClosed(ours)))
        #expect(pair.messages(of: .b).isEmpty)
    }

    @Test(arguments: [0, 0.1]) func closingResetsTheStreamOnBothSides(loss: Double) throws {
        let pair = try connectedPair(loss: loss)
        let (ours, theirs) = try open(pair)
        try pair.a.send([1], binary: true, on: ours, at: pair.now)
        pair.a.closeDataChannel(ours, at: pair.now)
        #expect(
            pair.run(for: .seconds(30)) {
                $0.events(of: .a).contains(.dataChannelClosed(ours))
                    && $0.events(of: .b).contains(.dataChannelClosed(theirs))
            }
        )
        #expect(pair.messages(of: .b) == [[1]], "what was sent before arrives")
        pair.run(for: .seconds(1))
        // The stream can be used again.
        let again = pair.a.openDataChannel(
            label: "again",
            ordered: true,
            maxRetransmits: nil,
            negotiatedStream: nil,
            at: pair.now
        )
        #expect(pair.run(for: .seconds(20)) { $0.openChannels(of: .b).count == 2 })
        try pair.a.send([2], binary: true, on: again, at: pair.now)
        #expect(pair.run(for: .seconds(20)) { $0.messages(of: .b).last == [2] })
    }

    @Test func thePeersDepartureClosesChannels() throws {
        let pair = try connectedPair()
        let (_, theirs) = try open(pair)
        pair.a.close(at: pair.now)
        #expect(pair.run(for: .seconds(5)) { $0.events(of: .b).contains(.dataChannelClosed(theirs)) })
    }
}

@Suite struct DCEPTests {
    @Test(
        arguments: [
            DCEP.acknowledge,
            .open(label: "a", protocol: "p", ordered: true, maxRetransmits: nil),
            .open(label: "", protocol: "", ordered: false, maxRetransmits: 0),
            .open(label: "ü", protocol: "", ordered: false, maxRetransmits: 65_535),
            .open(label: "x", protocol: "yz", ordered: true, maxRetransmits: 3),
        ]
    ) func whatIsWrittenIsRead(message: DCEP) {
        #expect(DCEP(parsing: message.serialized()) == message)
    }

    @Test func cutAndUnknownMessagesAreRefused() {
        let open = DCEP.open(label: "label", protocol: "p", ordered: true, maxRetransmits: nil).serialized()
        for length in 0..<open.count { #expect(DCEP(parsing: Array(open[..<length])) == nil) }
        #expect(DCEP(parsing: [9]) == nil)
        var unknown = open
        unknown[1] = 0x07
        #expect(DCEP(parsing: unknown) == nil)
    }
}
