/// What is left of a fragmented MP4 whose writer has died.
public enum FragmentedFile {
    /// The length up to the end of the last whole fragment of the file at `path`.
    ///
    /// - Throws: `.noMedia` if no fragment is whole, `.io` if the file cannot be read.
    public static func wholeLength(of path: String) throws(MediaError) -> Int64 {
        try FragmentScanner.wholeLength(of: path)
    }
}
