/// What the placeholders of a file name stand for.
public struct FileNameValues: Sendable, Hashable {
    /// `{room_id}`.
    public var roomID: String
    /// `{room_name}`.
    public var roomName: String
    /// The instant of `{time}` and `{utc}`, milliseconds since 1970 in UTC.
    public var unixMilliseconds: Int64

    /// The values for one recording.
    public init(roomID: String, roomName: String, unixMilliseconds: Int64) {
        self.roomID = roomID
        self.roomName = roomName
        self.unixMilliseconds = unixMilliseconds
    }

    func value(of key: String) -> String? {
        switch key {
        case "room_id": safe(roomID)
        case "room_name": safe(roomName)
        case "time": CalendarTime(unixMilliseconds: unixMilliseconds).time
        case "utc": CalendarTime(unixMilliseconds: unixMilliseconds).utc
        default: nil
        }
    }
}

/// `text` as a part of one file name: no separators, no control characters, no leading dot.
private func safe(_ text: String) -> String {
    let name = String(String.UnicodeScalarView(text.unicodeScalars.map { isUnsafe($0) ? "_" : $0 }))
    return name.hasPrefix(".") ? "_" + name.dropFirst() : name
}

private func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "/" || scalar == "\\" || scalar.value < 0x20 || scalar.value == 0x7F
}

/// A calendar date and a time of day in UTC.
struct CalendarTime {
    private let year: Int64
    private let month: Int64
    private let day: Int64
    private let millisecondOfDay: Int64

    /// Days to a civil date in the proleptic Gregorian calendar, counted in eras of 400 years that begin on 1 March.
    init(unixMilliseconds: Int64) {
        let perDay: Int64 = 86_400_000
        let days = Int64((Double(unixMilliseconds) / Double(perDay)).rounded(.down))
        millisecondOfDay = unixMilliseconds - days * perDay
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Written as `2006-01-02T150405`.
    var time: String {
        "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(clock)"
    }

    /// Written as `20060102150405000`.
    var utc: String {
        "\(pad(year, 4))\(pad(month, 2))\(pad(day, 2))\(clock)\(pad(millisecondOfDay % 1000, 3))"
    }

    private var clock: String {
        let seconds = millisecondOfDay / 1000
        return pad(seconds / 3600, 2) + pad(seconds / 60 % 60, 2) + pad(seconds % 60, 2)
    }
}

private func pad(_ number: Int64, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
