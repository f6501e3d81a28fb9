import MediaWire

/// Finds the layer that a received packet belongs to (RFC 8843 §9.2).
///
/// A source is learned once, from the packet's mid and rid extensions, from the sources the description declares, or,
/// where a packet has neither, from its payload type if only one section knows it. From then on it is one look in a
/// table. A layer has at most one source and one source of retransmissions, so the table is bounded by what was
/// negotiated; a new source for a layer replaces the old one.
struct InboundDirectory {
    /// The layers of one section.
    struct Section {
        var negotiated: NegotiatedSection
        var layers: [InboundLayer]
    }

    /// By index of the media section; nil where nothing is received.
    private(set) var sections: [Section?] = []
    /// In the order they were learned, so that reports do not depend on hashing.
    private(set) var streams: [InboundStream] = []
    private var bySource: [SSRC: InboundStream] = [:]
    private var last: InboundStream?
    /// Extension numbers of all sections: in a bundle they are the same everywhere.
    private(set) var extensions = ExtensionMap()

    // MARK: Negotiated again

    /// Takes over what was agreed for a section; a different track on it starts with no known sources.
    mutating func update(_ index: Int, to negotiated: NegotiatedSection?) {
        while sections.count <= index { sections.append(nil) }
        guard let negotiated, negotiated.receives else {
            clear(index)
            return
        }
        extensions = negotiated.extensions.merged(with: extensions)
        let rids: [String?] = negotiated.remoteRids.isEmpty ? [nil] : negotiated.remoteRids
        if let known = sections[index], known.negotiated.carriesSameTrack(as: negotiated),
            known.layers.map(\.rid) == rids
        {
            for layer in known.layers { layer.update(negotiated) }
            sections[index]?.negotiated = negotiated
        } else {
            clear(index)
            sections[index] = Section(
                negotiated: negotiated,
                layers: rids.map { InboundLayer(section: negotiated, rid: $0) }
            )
        }
    }

    private mutating func clear(_ index: Int) {
        guard let section = sections[index] else { return }
        for layer in section.layers {
            if let stream = layer.primary { remove(stream) }
            if let stream = layer.repair { remove(stream) }
        }
        sections[index] = nil
    }

    // MARK: Packets

    /// The stream of a packet, learned if need be; nil if it belongs nowhere.
    mutating func stream(of packet: RTPPacket, at now: Instant) -> InboundStream? {
        if let last, last.ssrc == packet.ssrc { return last }
        let stream = bySource[packet.ssrc] ?? learn(packet, at: now)
        if let stream { last = stream }
        return stream
    }

    func stream(_ ssrc: SSRC) -> InboundStream? { bySource[ssrc] }

    func layer(mid: Mid, rid: String?) -> InboundLayer? {
        for case let section? in sections where section.negotiated.mid == mid {
            return section.layers.first { $0.rid == rid }
        }
        return nil
    }

    private mutating func remove(_ stream: InboundStream) {
        bySource[stream.ssrc] = nil
        streams.removeAll { $0 === stream }
        if stream.layer.primary === stream { stream.layer.primary = nil }
        if stream.layer.repair === stream { stream.layer.repair = nil }
        if last === stream { last = nil }
    }

    private mutating func learn(_ packet: RTPPacket, at now: Instant) -> InboundStream? {
        // Source 0 is what libwebrtc probes bandwidth with before there is media.
        guard packet.ssrc.rawValue != 0, let layer = layer(of: packet),
            let meaning = layer.payloads[packet.payloadType]
        else { return nil }
        let stream: InboundStream
        switch meaning {
        case .media(_, let clockRate):
            stream = InboundStream(ssrc: packet.ssrc, layer: layer, isRepair: false, clockRate: clockRate, at: now)
            if let replaced = layer.primary { remove(replaced) }
            layer.primary = stream
        case .retransmission:
            stream = InboundStream(
                ssrc: packet.ssrc,
                layer: layer,
                isRepair: true,
                clockRate: layer.kind == .video ? 90_000 : 48_000,
                at: now
            )
            if let replaced = layer.repair { remove(replaced) }
            layer.repair = stream
        }
        bySource[packet.ssrc] = stream
        streams.append(stream)
        return stream
    }

    private func layer(of packet: RTPPacket) -> InboundLayer? {
        let rid = text(.repairedRid, in: packet) ?? text(.rid, in: packet)
        if let mid = text(.mid, in: packet) {
            for case let section? in sections where section.negotiated.mid.rawValue == mid {
                return section.layer(rid)
            }
            return nil
        }
        if let declared = declaredLayer(packet.ssrc) { return declared }
        return onlyLayer(rid: rid, payloadType: packet.payloadType)
    }

    private func declaredLayer(_ ssrc: SSRC) -> InboundLayer? {
        for case let section? in sections {
            let declares = section.negotiated.remoteSources.contains { $0.ssrc == ssrc || $0.retransmission == ssrc }
            if declares { return section.layers.count == 1 ? section.layers[0] : nil }
        }
        return nil
    }

    /// The layer, if only one section can be meant: the one that has the rid, or the one that knows the payload type.
    private func onlyLayer(rid: String?, payloadType: UInt8) -> InboundLayer? {
        var found: InboundLayer?
        for case let section? in sections {
            guard let layer = section.layer(rid), layer.payloads[payloadType] != nil, layer.rid == rid else { continue }
            if found != nil { return nil }
            found = layer
        }
        return found
    }

    private func text(_ uri: RTPExtensionURI, in packet: RTPPacket) -> String? {
        guard let number = extensions[uri], let bytes = packet.extensions.value(of: number), !bytes.isEmpty else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension InboundDirectory.Section {
    /// The layer of a rid; where the description names no layers, rids mean nothing.
    func layer(_ rid: String?) -> InboundLayer? {
        if layers.count == 1, layers[0].rid == nil { return layers[0] }
        return layers.first { $0.rid == rid }
    }
}

extension NegotiatedSection {
    /// Whether the section still carries the incoming track it carried.
    func carriesSameTrack(as other: NegotiatedSection) -> Bool {
        receives == other.receives && mid == other.mid && remoteStreamID == other.remoteStreamID
            && remoteTrackID == other.remoteTrackID
    }
}
