/// A name and a value in an object of AMF 0.
struct AMFProperty: Sendable, Hashable {
    var name: String
    var value: AMFValue

    init(_ name: String, _ value: AMFValue) {
        self.name = name
        self.value = value
    }
}
