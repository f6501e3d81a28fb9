import FoundationEssentials
import SwiftProtobuf

/// What is known of a field besides its value.
struct MessageField: Sendable {
    /// Its name in the `.proto` file.
    var name: String
    /// Whether being unset differs from having the default.
    var hasPresence: Bool
    /// The JSON of the field when it is not set.
    var unset: String
    /// The full name of the message its value, element or map value is; nil for anything else.
    var message: String?
    /// Whether it is a map.
    var isMap: Bool
}

/// The fields of every message of the protocol, in the order of their definition.
enum MessageFields {
    /// By the full name of the message.
    static let all: [String: [MessageField]] = {
        guard let bytes = Data(base64Encoded: protocolDescriptors),
            let files = try? Google_Protobuf_FileDescriptorSet(serializedBytes: bytes)
        else { preconditionFailure("the generated descriptors are broken: run scripts/generate-protocol") }
        var reader = DescriptorReader()
        for file in files.file { reader.read(file) }
        return reader.resolved()
    }()
}

/// Collects fields from descriptors: enums and map entries are known only after all files are read.
private struct DescriptorReader {
    private typealias Field = Google_Protobuf_FieldDescriptorProto

    private var fields: [String: [Field]] = [:]
    private var mapEntries: [String: [Field]] = [:]
    private var firstValues: [String: String] = [:]

    mutating func read(_ file: Google_Protobuf_FileDescriptorProto) {
        for message in file.messageType { read(message, scope: file.package) }
        for type in file.enumType { read(type, scope: file.package) }
    }

    private mutating func read(_ message: Google_Protobuf_DescriptorProto, scope: String) {
        let name = "\(scope).\(message.name)"
        for nested in message.nestedType { read(nested, scope: name) }
        for type in message.enumType { read(type, scope: name) }
        if message.options.mapEntry { mapEntries[name] = message.field } else { fields[name] = message.field }
    }

    private mutating func read(_ type: Google_Protobuf_EnumDescriptorProto, scope: String) {
        firstValues["\(scope).\(type.name)"] = type.value.first?.name
    }

    func resolved() -> [String: [MessageField]] {
        fields.mapValues { $0.map(resolve) }
    }

    private func resolve(_ field: Field) -> MessageField {
        let type = String(field.typeName.drop { $0 == "." })
        let entry = mapEntries[type]
        let value = entry?.first { $0.number == 2 } ?? field
        return MessageField(
            name: field.name,
            hasPresence: field.hasOneofIndex,
            unset: unset(field, isMap: entry != nil, type: type),
            message: value.type == .message ? String(value.typeName.drop { $0 == "." }) : nil,
            isMap: entry != nil
        )
    }

    private func unset(_ field: Field, isMap: Bool, type: String) -> String {
        if isMap { return "{}" }
        if field.label == .repeated { return "[]" }
        return switch field.type {
        case .message, .group: "null"
        case .string, .bytes: "\"\""
        case .bool: "false"
        case .enum: "\"\(firstValues[type] ?? "")\""
        // 64-bit integers are strings in JSON, for a double cannot hold them.
        case .int64, .uint64, .sint64, .fixed64, .sfixed64: "\"0\""
        case .double, .float, .int32, .uint32, .sint32, .fixed32, .sfixed32: "0"
        }
    }
}
