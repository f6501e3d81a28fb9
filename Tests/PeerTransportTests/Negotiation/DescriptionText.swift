/// A description taken apart line by line, without our own parser, for tests to look at.
struct DescriptionText {
    struct Section {
        var lines: [String]

        var mid: String { value("mid") ?? "" }
        var isRejected: Bool { lines[0].split(separator: " ")[1] == "0" }
        var formats: [String] { lines[0].split(separator: " ").dropFirst(3).map(String.init) }
        var direction: String? {
            ["sendrecv", "sendonly", "recvonly", "inactive"].first { lines.contains("a=\($0)") }
        }

        /// The value of the first attribute of that name.
        func value(_ attribute: String) -> String? { values(attribute).first }

        func values(_ attribute: String) -> [String] {
            lines.filter { $0.hasPrefix("a=\(attribute):") }.map { String($0.dropFirst(attribute.count + 3)) }
        }

        /// The `fmtp` text of a payload type.
        func format(_ payloadType: Int) -> String? {
            values("fmtp").first { $0.hasPrefix("\(payloadType) ") }.map { String($0.drop { $0 != " " }.dropFirst()) }
        }

        func feedback(_ payloadType: Int) -> [String] {
            values("rtcp-fb").filter { $0.hasPrefix("\(payloadType) ") }.map {
                String($0.drop { $0 != " " }.dropFirst())
            }
        }

        /// The number of an extension whose URI ends so.
        func extensionNumber(_ suffix: String) -> String? {
            values("extmap").first { $0.hasSuffix(suffix) }.map { String($0.prefix { $0 != " " && $0 != "/" }) }
        }
    }

    var session: [String]
    var sections: [Section]

    init(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        session = Array(lines.prefix { !$0.hasPrefix("m=") })
        sections = []
        for line in lines.dropFirst(session.count) {
            if line.hasPrefix("m=") { sections.append(Section(lines: [])) }
            sections[sections.count - 1].lines.append(line)
        }
    }

    var bundle: [String] {
        session.first { $0.hasPrefix("a=group:BUNDLE") }?.split(separator: " ").dropFirst().map(String.init) ?? []
    }
}
