/// The whole state of something, as it is reported whenever it changes.
package protocol StateReport: Sendable {
    /// The part of the state that no report may leave out.
    associatedtype Status: Equatable
    /// The rank of the states that nothing follows.
    static var finalRank: Int { get }
    /// What it is the state of.
    var subject: String { get }
    /// How it stands.
    var status: Status { get }
    /// How far it has come; never less than before.
    var rank: Int { get }
}
