/// What a mixer has done with the samples of one source, or of all.
public struct AudioMixerStatistics: Sendable, Hashable {
    /// Samples that are in the mix.
    public var mixed: Int64 = 0
    /// Samples left out because that stretch of the mix had already been given away.
    public var late: Int64 = 0
    /// Samples left out because the source had already filled that stretch itself.
    public var overlapping: Int64 = 0
    /// Samples left out because they lay further ahead than the mixer keeps.
    public var early: Int64 = 0

    /// Nothing done yet.
    public init() {}
}
