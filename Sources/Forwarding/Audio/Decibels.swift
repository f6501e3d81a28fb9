#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Conversions between amplitudes and decibels.
enum Decibels {
    /// The amplitude, as a share of full scale, of a level in decibels.
    static func amplitude(_ level: Double) -> Double { pow(10, level / 20) }

    /// The level in decibels of an amplitude that is a share of full scale.
    static func level(_ amplitude: Double) -> Double { 20 * log10(amplitude) }
}
