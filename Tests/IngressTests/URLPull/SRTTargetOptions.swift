import Media

@testable import Ingress

/// The options of an SRT URL by their names.
enum SRTTargetOptions {
    static func of(_ url: PullURL) throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try SRTTarget.options(of: url).map { ($0.key.rawValue, $0.value) })
    }
}
