import Testing

@testable import RoomServer

@Suite struct HTTPQueryTests {
    @Test(arguments: [
        ("a=1&b=2", "a", "1"), ("a=1&a=2", "a", "1"), ("a=x=y", "a", "x=y"), ("a", "a", ""),
        ("a=b%20c+d", "a", "b c d"),
        ("%61=%C3%A4", "a", "ä"), ("a=%zz%4", "a", "%zz%4"), ("&&a=1&", "a", "1"), ("a=%ff", "a", "\u{FFFD}"),
    ])
    func `a value is found and decoded`(text: String, name: String, value: String) {
        #expect(Query(parsing: text)[name] == value)
    }

    @Test func `what is not there has its default`() {
        let query = Query(parsing: "yes=1&also=TRUE&no=0&odd=2&number=12&big=99999999999")
        #expect(query["nothing"] == nil)
        #expect(query.flag("nothing", default: true))
        #expect(query.flag("yes", default: false) && query.flag("also", default: false))
        #expect(!query.flag("no", default: true) && !query.flag("odd", default: true))
        #expect(query.integer("number") == 12)
        #expect(query.integer("big") == nil && query.integer("yes") == 1)
    }
}
