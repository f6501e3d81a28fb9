/// A calendar date and a time of day in UTC.
struct CalendarTime {
    private let year: Int64
    private let month: Int64
    private let day: Int64
    private let millisecondOfDay: Int64
    /// 0 for Sunday.
    private let weekday: Int

    /// Days to a civil date in the proleptic Gregorian calendar, counted in eras of 400 years that begin on 1 March.
    init(unixMilliseconds: Int64) {
        let perDay: Int64 = 86_400_000
        let days = Int64((Double(unixMilliseconds) / Double(perDay)).rounded(.down))
        millisecondOfDay = unixMilliseconds - days * perDay
        // 1 January 1970 was a Thursday.
        weekday = Int(((days + 4) % 7 + 7) % 7)
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

    /// Written as `20060102T150405Z`, the basic format of ISO 8601 that signatures of AWS and Google want.
    var signing: String {
        "\(pad(year, 4))\(pad(month, 2))\(pad(day, 2))T\(clock)Z"
    }

    /// Written as `Mon, 02 Jan 2006 15:04:05 GMT` (RFC 9110, section 5.6.7).
    var http: String {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let seconds = millisecondOfDay / 1000
        let time = "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
        return "\(days[weekday]), \(pad(day, 2)) \(names[Int(month) - 1]) \(pad(year, 4)) \(time) GMT"
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
