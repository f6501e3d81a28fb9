import Media

/// Where a synthetic participant's pictures come from.
enum PictureSource: ~Copyable {
    case pattern(TestPicture)
    case file(MediaFilePicture)

    /// The picture at a time in seconds, which never goes back.
    mutating func frame(at seconds: Double) throws(MediaError) -> VideoFrame {
        switch consume self {
        case .pattern(let pattern):
            let frame = pattern.frame(at: seconds)
            self = .pattern(pattern)
            return frame
        case .file(var file):
            do throws(MediaError) {
                let frame = try file.frame(at: seconds)
                self = .file(file)
                return frame
            } catch {
                self = .file(file)
                throw error
            }
        }
    }
}
