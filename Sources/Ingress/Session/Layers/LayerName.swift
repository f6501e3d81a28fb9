/// The names of layers within their track, `q`, `h` and `f` from small to large (LiveKit's servers rank them by these names).
enum LayerName {
    private static let all = ["q", "h", "f"]

    /// The names of `count` layers, 1 to 3, from the largest to the smallest.
    static func names(count: Int) -> [String] {
        precondition((1...all.count).contains(count), "a track has 1 to 3 layers")
        return all.prefix(count).reversed()
    }
}
