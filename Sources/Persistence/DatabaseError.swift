/// A database could not be opened or refused a statement.
package struct DatabaseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong; holds the beginning of a statement, never a value.
    package var description: String

    /// An error.
    package init(_ description: String) { self.description = description }
}
