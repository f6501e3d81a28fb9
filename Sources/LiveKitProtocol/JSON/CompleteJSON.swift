public import SwiftProtobuf

/// Messages as JSON in which every field stands, set or not, under its name in the `.proto` file.
///
/// LiveKit's server APIs answer like this. SwiftProtobuf leaves unset fields out, so they are added from the
/// descriptors. What has presence of its own (`optional`, members of a `oneof`) is left out when unset.
public enum CompleteJSON {
    /// The JSON of a message.
    public static func encode(_ message: some Message) throws -> [UInt8] {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        let sparse = try JSONValue(parsing: message.jsonString(options: options))
        var text = ""
        write(sparse, as: type(of: message).protoMessageName, to: &text)
        return Array(text.utf8)
    }

    private static func write(_ value: JSONValue, as message: String, to text: inout String) {
        // Well-known types such as timestamps have a JSON of their own, and no descriptor among ours.
        guard case .object(let object) = value, let fields = MessageFields.all[message] else {
            text += value.description
            return
        }
        text += "{"
        var isFirst = true
        for field in fields {
            guard object[field.name] != nil || !field.hasPresence else { continue }
            if !isFirst { text += "," }
            isFirst = false
            text += "\"\(field.name)\":"
            if let value = object[field.name] {
                write(value, of: field, to: &text)
            } else {
                text += field.unset
            }
        }
        text += "}"
    }

    private static func write(_ value: JSONValue, of field: MessageField, to text: inout String) {
        switch (value, field.message) {
        case (.array(let elements), let message?):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                write(element, as: message, to: &text)
            }
            text += "]"
        case (.object(let entries), let message?) where field.isMap:
            text += "{"
            for (index, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { text += "," }
                text += JSONValue.string(entry.key).description + ":"
                write(entry.value, as: message, to: &text)
            }
            text += "}"
        case (_, let message?):
            write(value, as: message, to: &text)
        case (_, nil):
            text += value.description
        }
    }
}
