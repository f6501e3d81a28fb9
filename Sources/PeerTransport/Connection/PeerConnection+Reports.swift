import MediaWire

/// What is sent of RTCP on a timer: reports, requests for lost packets, transport-wide feedback.
extension PeerConnection {
    /// Reports are this far apart.
    ///
    /// Go clients send mid and rid with every packet until they see one.
    static let reportInterval = Duration.seconds(1)
    /// The first report comes this soon after the first packet.
    static let firstReportDelay = Duration.milliseconds(200)
    /// A source silent for this long is no longer reported on.
    static let silenceLimit = Duration.seconds(5)
    /// Sender reports in one datagram: 28 bytes each and a name of at most 64 or so stay below 1200 bytes.
    private static let sendersPerDatagram = 8

    func scheduleReports(at now: Instant) {
        if nextReport == nil { nextReport = now + Self.firstReportDelay }
    }

    /// Sends what is due.
    func sendDueReports(at now: Instant) {
        if let due = nextNACK, due <= now { sendNACKs(at: now) }
        if let due = feedback.nextDue, due <= now { sendTransportFeedback(at: now) }
        if let due = nextReport, due <= now {
            nextReport = now + Self.reportInterval
            sendSenderReports(at: now)
            sendReceiverReports(at: now)
        }
    }

    func sendTransportFeedback(at now: Instant) {
        let messages = feedback.takeReport(sender: reporter, media: feedbackMedia, at: now)
        for message in messages { transport.sendRTCP(RTCPPacket.serialize([.transportFeedback(message)]), at: now) }
    }

    private func sendNACKs(at now: Instant) {
        var next: Instant?
        for stream in inbound.streams where !stream.isRepair {
            let lost = stream.nacks.takeDue(at: now, roundTrip: roundTrip.smoothed)
            if !lost.isEmpty {
                stream.nacksSent += lost.count
                let request = GenericNACK(senderSSRC: reporter, mediaSSRC: stream.ssrc, lost: lost)
                transport.sendRTCP(RTCPPacket.serialize([.nack(request)]), at: now)
            }
            if let due = stream.nacks.nextDue, next.map({ due < $0 }) ?? true { next = due }
        }
        nextNACK = next
    }

    private func sendSenderReports(at now: Instant) {
        var due: [(report: SenderReport, cname: String)] = []
        for case let track? in outbound {
            for stream in track.streams where stream.sentSinceReport {
                stream.sentSinceReport = false
                guard let clock = stream.clock.read(at: now, clockRate: stream.clockRate) else { continue }
                let report = SenderReport(
                    ssrc: stream.ssrc,
                    ntp: clock.ntp,
                    rtpTimestamp: clock.timestamp,
                    packetCount: UInt32(truncatingIfNeeded: stream.packets),
                    octetCount: UInt32(truncatingIfNeeded: stream.bytes)
                )
                stream.didReport(clock.ntp, at: now)
                due.append((report, stream.cname))
            }
        }
        for start in stride(from: 0, to: due.count, by: Self.sendersPerDatagram) {
            let part = due[start..<min(start + Self.sendersPerDatagram, due.count)]
            var packets = part.map { RTCPPacket.senderReport($0.report) }
            let chunks = part.map { entry in
                SourceDescription.Chunk(
                    ssrc: entry.report.ssrc,
                    items: [.init(type: SourceDescription.canonicalNameType, text: Self.itemText(entry.cname))]
                )
            }
            packets.append(.sourceDescription(SourceDescription(chunks: chunks)))
            transport.sendRTCP(RTCPPacket.serialize(packets), at: now)
        }
    }

    private func sendReceiverReports(at now: Instant) {
        let live = inbound.streams.filter { now - $0.lastArrival < Self.silenceLimit }
        for start in stride(from: 0, to: live.count, by: RTCPPacket.maximumReports) {
            let part = live[start..<min(start + RTCPPacket.maximumReports, live.count)]
            var packets: [RTCPPacket] = [
                .receiverReport(ReceiverReport(ssrc: reporter, reports: part.map { $0.report(at: now) }))
            ]
            if start == 0 { packets.append(.extendedReport(referenceTimes(at: now, asksForEcho: true))) }
            transport.sendRTCP(RTCPPacket.serialize(packets), at: now)
        }
        if live.isEmpty, peerReferenceTime != nil {
            let packets: [RTCPPacket] = [
                .receiverReport(ReceiverReport(ssrc: reporter, reports: [])),
                .extendedReport(referenceTimes(at: now, asksForEcho: false)),
            ]
            transport.sendRTCP(RTCPPacket.serialize(packets), at: now)
        }
    }

    /// Our clock, for the peer to echo, and the echo of the peer's.
    private func referenceTimes(at now: Instant, asksForEcho: Bool) -> ExtendedReport {
        var blocks: [ExtendedReport.Block] = []
        if asksForEcho { blocks.append(.receiverReferenceTime(configuration.wallClock(now))) }
        if let peer = peerReferenceTime {
            let delay = ExtendedReport.Delay(
                ssrc: peer.ssrc,
                lastReceiverReport: peer.compactNTP,
                delay: InboundStream.reportUnits(now - peer.arrival)
            )
            blocks.append(.delaySinceLastReceiverReport([delay]))
            peerReferenceTime = nil
        }
        return ExtendedReport(ssrc: reporter, blocks: blocks)
    }

    /// A source description holds 255 bytes.
    private static func itemText(_ text: String) -> String {
        text.utf8.count <= 255 ? text : String(decoding: text.utf8.prefix(255), as: UTF8.self)
    }
}

extension InboundStream {
    /// The report on this source, which begins a new interval.
    func report(at now: Instant) -> ReceptionReport {
        ReceptionReport(
            ssrc: ssrc,
            fractionLost: statistics.takeFractionLost(),
            cumulativeLost: Int32(clamping: statistics.lost),
            highestSequence: statistics.extendedHighest,
            jitter: statistics.jitter,
            lastSenderReport: lastSenderReport?.compactNTP ?? 0,
            delaySinceLastSenderReport: lastSenderReport.map { Self.reportUnits(now - $0.arrival) } ?? 0
        )
    }

    /// A duration as reports state it, in 1/65536 s.
    static func reportUnits(_ duration: Duration) -> UInt32 {
        let nanoseconds = max(duration.nanoseconds, 0)
        // 65536 s is more than 32 bits of these units hold.
        guard nanoseconds < 65_536_000_000_000 else { return .max }
        return UInt32(nanoseconds * 65_536 / 1_000_000_000)
    }
}
