import MediaWire

/// What the peer's RTCP says.
extension PeerConnection {
    /// Takes in a decrypted compound packet.
    func receiveRTCP(_ bytes: [UInt8]) {
        let packets: [RTCPPacket]
        do {
            packets = try RTCPPacket.parseCompound(bytes)
        } catch {
            counters.malformedPackets += 1
            return
        }
        for packet in packets { receive(packet) }
    }

    private func receive(_ packet: RTCPPacket) {
        switch packet {
        case .senderReport(let report):
            receive(report)
            for block in report.reports { receive(block) }
        case .receiverReport(let report):
            for block in report.reports { receive(block) }
        case .pictureLossIndication(_, let media):
            wantKeyFrame(media)
        case .fullIntraRequest(let request):
            for entry in request.entries { wantKeyFrame(entry.ssrc) }
        case .nack(let request):
            if let stream = outboundBySource[request.mediaSSRC], stream.ssrc == request.mediaSSRC {
                retransmit(request.lost, of: stream)
            }
        case .transportFeedback(let report):
            let summary = sentPackets.outcomes(of: report)
            if !summary.outcomes.isEmpty { events.append(.transportFeedback(summary)) }
        case .remb(let estimate):
            events.append(.bandwidthEstimate(bitsPerSecond: Int(clamping: estimate.bitsPerSecond)))
        case .extendedReport(let report):
            for block in report.blocks { receive(block, from: report.ssrc) }
        case .sourceDescription, .bye, .unknown:
            // libwebrtc says goodbye for a layer it pauses, and goes on later without naming it again.
            break
        }
    }

    private func receive(_ report: SenderReport) {
        guard let stream = inbound.stream(report.ssrc), !stream.isRepair else { return }
        stream.lastSenderReport = (report.ntp.compact, now)
        events.append(
            .senderReport(
                mid: stream.layer.mid,
                rid: stream.layer.rid,
                ntp: report.ntp,
                rtpTimestamp: report.rtpTimestamp,
                arrival: now
            )
        )
    }

    private func receive(_ block: ReceptionReport) {
        guard let stream = outboundBySource[block.ssrc] else { return }
        guard block.ssrc == stream.ssrc else {
            stream.isRepairKnownToPeer = true
            return
        }
        stream.isKnownToPeer = true
        let measured = stream.roundTrip(
            answering: block.lastSenderReport,
            heldFor: block.delaySinceLastSenderReport,
            at: now
        )
        let credible = measured.flatMap { noteRoundTrip($0) ? $0 : nil }
        events.append(
            .receiverReport(
                stream.sender,
                rid: stream.rid,
                StreamReport(
                    fractionLost: Double(block.fractionLost) / 256,
                    totalLost: Int(block.cumulativeLost),
                    jitter: block.jitter,
                    roundTrip: credible
                )
            )
        )
    }

    private func receive(_ block: ExtendedReport.Block, from source: SSRC) {
        switch block {
        case .receiverReferenceTime(let time):
            peerReferenceTime = (source, time.compact, now)
        case .delaySinceLastReceiverReport(let delays):
            for delay in delays where delay.ssrc == reporter {
                let measured = RoundTripEstimator.roundTrip(
                    now: configuration.wallClock(now),
                    lastReport: delay.lastReceiverReport,
                    delay: delay.delay
                )
                if let measured { _ = noteRoundTrip(measured) }
            }
        case .unknown:
            break
        }
    }

    private func noteRoundTrip(_ measured: Duration) -> Bool {
        guard roundTrip.measured(measured) else { return false }
        events.append(.roundTripTime(measured))
        return true
    }

    private func wantKeyFrame(_ source: SSRC) {
        guard let stream = outboundBySource[source] else { return }
        events.append(.keyFrameRequested(stream.sender, rid: stream.rid))
    }
}
