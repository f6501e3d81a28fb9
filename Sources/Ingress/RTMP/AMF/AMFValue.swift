/// A value of the Action Message Format, version 0 (Adobe, AMF 0, 2007, §2).
///
/// A reference stays one: resolving it would let a few bytes stand for a tree without end.
enum AMFValue: Sendable, Hashable {
    case number(Double)
    case boolean(Bool)
    case string(String)
    case object([AMFProperty])
    case null
    case undefined
    /// The n-th object or array of the same message.
    case reference(UInt16)
    /// An object that says about how many properties it has.
    case ecmaArray([AMFProperty])
    case strictArray([AMFValue])
    /// Milliseconds since 1970; the zone is reserved and not to be trusted.
    case date(milliseconds: Double, zone: Int16)
    case unsupported
    case xml(String)
    case typedObject(name: String, [AMFProperty])
}

extension AMFValue {
    /// The property of that name, if this is an object with it.
    subscript(_ name: String) -> AMFValue? {
        properties?.first { $0.name == name }?.value
    }

    /// The properties of any kind of object.
    var properties: [AMFProperty]? {
        switch self {
        case .object(let properties), .ecmaArray(let properties), .typedObject(_, let properties): properties
        default: nil
        }
    }

    /// The text of a string.
    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number of a number.
    var number: Double? {
        if case .number(let number) = self { number } else { nil }
    }
}
