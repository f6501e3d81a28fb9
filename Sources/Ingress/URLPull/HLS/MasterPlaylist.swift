/// Chooses from a master playlist (RFC 8216 §4.3.4) what is pulled.
enum MasterPlaylist {
    /// More lines of pictures than this bring nothing to a room: its largest preset has 1080.
    static let largestHeight = 1080

    private struct Variant {
        var tag: Substring
        var reference: Substring
        var attributes: [Substring: Substring]

        var bandwidth: Int { attributes["BANDWIDTH"].flatMap { Int($0) } ?? 0 }
        /// Lines of pictures, 0 if it does not say.
        var height: Int { attributes["RESOLUTION"]?.split(separator: "x").last.flatMap { Int($0) } ?? 0 }
    }

    /// The lines for the best variant of at most `largestHeight` lines, else the smallest, and its sound.
    static func reduced(_ lines: [Substring]) -> [Substring] {
        let variants = variants(in: lines)
        let fit = variants.filter { $0.height <= largestHeight }
        let best = fit.max { $0.bandwidth < $1.bandwidth } ?? variants.min { $0.bandwidth < $1.bandwidth }
        guard let best else { return [] }
        let kept = lines.filter { $0.hasPrefix("#EXT-X-VERSION") || $0.hasPrefix("#EXT-X-INDEPENDENT") }
        return kept + [sound(of: best, in: lines), best.tag, best.reference].compactMap { $0 }
    }

    private static func variants(in lines: [Substring]) -> [Variant] {
        var variants: [Variant] = []
        var tag: Substring?
        for line in lines {
            if line.hasPrefix("#EXT-X-STREAM-INF:") {
                tag = line
            } else if line.first != "#", let variant = tag {
                variants.append(Variant(tag: variant, reference: line, attributes: attributes(of: variant)))
                tag = nil
            }
        }
        return variants
    }

    /// The rendition of sound that the variant plays by default, if its sound comes apart.
    private static func sound(of variant: Variant, in lines: [Substring]) -> Substring? {
        guard let group = variant.attributes["AUDIO"] else { return nil }
        let renditions = lines.filter { line in
            guard line.hasPrefix("#EXT-X-MEDIA:") else { return false }
            let attributes = attributes(of: line)
            return attributes["TYPE"] == "AUDIO" && attributes["GROUP-ID"] == group
        }
        return renditions.first { attributes(of: $0)["DEFAULT"] == "YES" } ?? renditions.first
    }

    /// `NAME=value,NAME="quoted, value"` behind a tag's colon (§4.2), values without quotes.
    private static func attributes(of line: Substring) -> [Substring: Substring] {
        var rest = line[(line.firstIndex(of: ":") ?? line.endIndex)...].dropFirst()
        var attributes: [Substring: Substring] = [:]
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].drop { $0 == " " || $0 == "," }
            rest = rest[rest.index(after: equals)...]
            let value: Substring
            if rest.first == "\"" {
                value = rest.dropFirst().prefix { $0 != "\"" }
                rest = rest[value.endIndex...].dropFirst()
            } else {
                value = rest.prefix { $0 != "," }
                rest = rest[value.endIndex...]
            }
            attributes[name] = value
            rest = rest.dropFirst()
        }
        return attributes
    }
}
