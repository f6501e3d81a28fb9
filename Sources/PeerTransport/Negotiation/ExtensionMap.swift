import MediaWire

/// The numbers that a description gives to the header extensions we know (RFC 8285 §5).
///
/// Kept inline, since every received packet carries a copy for its reader.
struct ExtensionMap: Sendable, Hashable {
    private var numbers = SIMD16<UInt8>()

    init() {}

    /// The number of an extension, nil where it was not negotiated.
    subscript(_ uri: RTPExtensionURI) -> UInt8? {
        get {
            let number = numbers[Self.slot(uri)]
            return number == 0 ? nil : number
        }
        set { numbers[Self.slot(uri)] = newValue ?? 0 }
    }

    /// Whether a number is above what the one-byte form can hold.
    var needsTwoByteForm: Bool { numbers.max() > 14 }

    /// This map, with what it lacks taken from another.
    func merged(with other: ExtensionMap) -> ExtensionMap {
        var merged = self
        merged.numbers.replace(with: other.numbers, where: numbers .== 0)
        return merged
    }

    private static func slot(_ uri: RTPExtensionURI) -> Int {
        switch uri {
        case .mid: 0
        case .rid: 1
        case .repairedRid: 2
        case .audioLevel: 3
        case .absSendTime: 4
        case .transportWideCC: 5
        case .absCaptureTime: 6
        case .dependencyDescriptor: 7
        case .playoutDelay: 8
        case .videoOrientation: 9
        case .frameMarking: 10
        case .timestampOffset: 11
        }
    }

    /// The number we give an extension in our offers: the same in every section, as BUNDLE asks (RFC 8843 §9), and
    /// below 15, so that the one-byte form holds it.
    ///
    /// Those of libwebrtc where it has one.
    static func offeredNumber(_ uri: RTPExtensionURI) -> UInt8 {
        switch uri {
        case .audioLevel: 1
        case .absSendTime: 2
        case .transportWideCC: 3
        case .mid: 4
        case .playoutDelay: 5
        case .frameMarking: 7
        case .absCaptureTime: 8
        case .rid: 10
        case .repairedRid: 11
        case .dependencyDescriptor: 12
        case .videoOrientation: 13
        case .timestampOffset: 14
        }
    }
}
