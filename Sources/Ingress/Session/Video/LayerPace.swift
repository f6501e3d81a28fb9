/// When a layer's encoder gets more threads.
///
/// It begins with as few as should keep up, for every further one costs time. How fast a core is and who shares it shows only
/// while encoding: when pictures wait one after the other, the encoder is given more of the machine before it gets less to do.
struct LayerPace {
    /// Pictures in a row that others waited behind.
    private var behind = 0

    /// Whether to add threads, now that a picture is taken behind which `waiting` others stand and before which `leftOut` were given up.
    mutating func asksForThreads(waiting: Int, leftOut: Int) -> Bool {
        behind = waiting > Self.usual || leftOut > 0 ? behind + 1 : 0
        guard behind >= Self.patience else { return false }
        behind = 0
        return true
    }

    /// So many wait behind a key frame, which takes longer than there is between two pictures.
    private static let usual = 1
    /// More in a row than an encoder's beginning or a burst from the network makes, at 30 pictures a second 0.2 s.
    private static let patience = 6
}
