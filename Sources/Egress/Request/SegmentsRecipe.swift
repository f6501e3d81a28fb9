import Yams

/// How a segment output is made where the request does not say: one file of `pipelines/`.
public struct SegmentsRecipe: Decodable, Sendable, Hashable {
    /// The segment protocol it is for, such as `HLS_PROTOCOL`.
    public var recipe: String
    /// What a segment is.
    public var container: SegmentsPlan.Container
    /// Seconds a segment lasts where the request does not say.
    public var segmentDuration: Double
    /// Segments in the live playlist.
    public var liveWindow: Int

    private enum CodingKeys: String, CodingKey {
        case recipe, container
        case segmentDuration = "segment_duration"
        case liveWindow = "live_window"
    }

    /// Reads the text of a recipe.
    ///
    /// - Throws: `DecodingError` if a key is missing or of the wrong type, ``OutOfRange`` if a number makes no sense.
    public init(yaml: String) throws {
        self = try YAMLDecoder().decode(SegmentsRecipe.self, from: yaml)
        guard SegmentsRecipe.durations.contains(segmentDuration) else {
            throw OutOfRange(description: "segment_duration: \(segmentDuration) is not within 0.5 to 3600 seconds")
        }
        // RFC 8216, section 6.2.2: a live playlist is never shorter than three target durations.
        guard (3...1000).contains(liveWindow) else {
            throw OutOfRange(description: "live_window: \(liveWindow) is not within 3 to 1000 segments")
        }
    }

    /// A number of a recipe makes no sense.
    public struct OutOfRange: Error, Sendable, Hashable, CustomStringConvertible {
        /// Which, and what would be right.
        public var description: String
    }

    /// The seconds a segment can last.
    static let durations = 0.5...3600

    /// The recipes that come with Sluice, by protocol.
    public static let stock: [String: SegmentsRecipe] = {
        let recipes = [PackageResources.hls_yaml, PackageResources.hls_fmp4_yaml].map { bytes in
            do {
                return try SegmentsRecipe(yaml: String(decoding: bytes, as: UTF8.self))
            } catch {
                // They are compiled in and read by a test: a failure here is a bug of the build.
                preconditionFailure("a file of pipelines/ does not parse: \(error)")
            }
        }
        return Dictionary(recipes.map { ($0.recipe, $0) }) { _, _ in preconditionFailure("two recipes of one name") }
    }()
}
