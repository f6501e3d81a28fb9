// swift-format-ignore-file: tokens cannot be wrapped.

/// Tokens made by `livekit-api` 1.2.2 and PyJWT 2.15.1 for Python, with the key `devkey` and the secret `secret`.
enum TokenFixture {
    /// A participant with most claims a participant can have.
    static let participant =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJuYW1lIjoiQWxpY2UgXHUyNjAwIiwibWV0YWRhdGEiOiJ7XCJhXCI6MX0iLCJ2aWRlbyI6eyJyb29tSm9pbiI6dHJ1ZSwicm9vbSI6ImRlbW8iLCJjYW5QdWJsaXNoIjp0cnVlLCJjYW5TdWJzY3JpYmUiOnRydWUsImNhblB1Ymxpc2hEYXRhIjp0cnVlLCJjYW5QdWJsaXNoU291cmNlcyI6WyJjYW1lcmEiLCJzY3JlZW5fc2hhcmVfYXVkaW8iXSwiY2FuVXBkYXRlT3duTWV0YWRhdGEiOnRydWUsImhpZGRlbiI6dHJ1ZX0sImF0dHJpYnV0ZXMiOnsiayI6InYifSwicm9vbVByZXNldCI6InAiLCJyb29tQ29uZmlnIjp7Im5hbWUiOiJwcmVzZXQiLCJlbXB0eVRpbWVvdXQiOjMwLCJtYXhQYXJ0aWNpcGFudHMiOjUsIm1ldGFkYXRhIjoibSJ9LCJzdWIiOiJhbGljZSIsImlzcyI6ImRldmtleSIsIm5iZiI6MTc5NTM3MDI2MCwiZXhwIjo0OTQ4OTcwMjYwfQ.t76W4uKfp9YxSoL1goukz5oXMojCgQ5sSU5d2byuO4M"

    /// A recorder, as the egress service makes its own tokens.
    static let recorder =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJraW5kIjoiZWdyZXNzIiwidmlkZW8iOnsicm9vbUpvaW4iOnRydWUsInJvb20iOiJkZW1vIiwiY2FuUHVibGlzaCI6ZmFsc2UsImNhblN1YnNjcmliZSI6dHJ1ZSwiY2FuUHVibGlzaERhdGEiOmZhbHNlLCJyZWNvcmRlciI6dHJ1ZX0sInN1YiI6InJlYyIsImlzcyI6ImRldmtleSIsIm5iZiI6MTc5NTM3MDI2MCwiZXhwIjo0OTQ4OTcwMjYwfQ.LqmgZKbZHPPxHPD-VVI7MMZsle_CWd2qcsDtiiZhGcs"

    /// A caller of the server APIs, with every right there is.
    static let everyRight =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ2aWRlbyI6eyJyb29tQ3JlYXRlIjp0cnVlLCJyb29tTGlzdCI6dHJ1ZSwicm9vbVJlY29yZCI6dHJ1ZSwicm9vbUFkbWluIjp0cnVlLCJyb29tIjoiZGVtbyIsImRlc3RpbmF0aW9uUm9vbSI6Im90aGVyIiwiY2FuUHVibGlzaCI6dHJ1ZSwiY2FuU3Vic2NyaWJlIjp0cnVlLCJjYW5QdWJsaXNoRGF0YSI6dHJ1ZSwiaW5ncmVzc0FkbWluIjp0cnVlLCJhZ2VudCI6dHJ1ZSwiY2FuTWFuYWdlQWdlbnRTZXNzaW9uIjp0cnVlLCJjYW5TdWJzY3JpYmVNZXRyaWNzIjp0cnVlfSwic2lwIjp7ImFkbWluIjp0cnVlLCJjYWxsIjpmYWxzZX0sImluZmVyZW5jZSI6eyJwZXJmb3JtIjp0cnVlfSwib2JzZXJ2YWJpbGl0eSI6eyJ3cml0ZSI6dHJ1ZX0sImFnZW50Ijp7ImFkbWluIjp0cnVlLCJzaW11bGF0aW9uQWRtaW4iOmZhbHNlLCJkYXRhYmFzZUFkbWluIjp0cnVlLCJkaXNwYXRjaEFkbWluIjpmYWxzZX0sInN1YiI6IiIsImlzcyI6ImRldmtleSIsIm5iZiI6MTc5NTM3MDI2MCwiZXhwIjo0OTQ4OTcwMjYwfQ.DiOT09i-h4msDTLtLut0hyxOExbbRg9Ah5kJ8k67084"

    /// Its issuer is `other`.
    static let unknownIssuer =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJvdGhlciIsImV4cCI6NDAwMDAwMDAwMCwidmlkZW8iOnsicm9vbUpvaW4iOnRydWV9fQ.DnOB4dAUBM6UqNMnyKU5h98XUwDVo7VCzLez_EDtbOw"

    /// Signed with `nosecret`.
    static let otherSecret =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkiLCJleHAiOjQwMDAwMDAwMDB9.JEDEXGuyO-aSVn1lbsQ2kCvJZD3sDg3QWaWjK2RFcjU"

    /// Valid until 2001.
    static let expired =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkiLCJleHAiOjEwMDAwMDAwMDB9.VDS5AHU_H5G5p2wpiGapHJD96FO2Gun9EK0E1UTJ2GM"

    /// Valid from 2096.
    static let future =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkiLCJleHAiOjQwMDAwMDAwMDAsIm5iZiI6Mzk5MDAwMDAwMH0.4hmYK2OL-w_2qTOULhz1c-vJ1ZdfpD3MzWCYj_X9TyA"

    /// Without an expiry.
    static let withoutExpiry =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkiLCJzdWIiOiJ4In0.BoGArp1Q1kXrFWe1dyNEutrUTHF5aOFnz2oyC1vW1lU"

    /// The identity is in `jti`.
    static let identityInID =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkiLCJqdGkiOiJvbGQiLCJleHAiOjQwMDAwMDAwMDB9.3IL8DPMj0HagcjGpDNpZmHjeukdczOgnjuJIAiKoWng"

    /// `video.roomJoin` is a string.
    static let flagIsText =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkiLCJleHAiOjQwMDAwMDAwMDAsInZpZGVvIjp7InJvb21Kb2luIjoieWVzIn19._jhcvVHfjHMiXnZ__o8mr2kKpXiVkHpbAbv9Ugt9_c4"

    /// `video` is a list.
    static let grantIsList =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkiLCJleHAiOjQwMDAwMDAwMDAsInZpZGVvIjpbXX0.q7lsV-VNoV6oGyvf2v2bch_2vUIHs6GAT0fdl7RQS30"

    /// `sub` and a claim named `identity` disagree.
    static let twoIdentities =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkiLCJleHAiOjQwMDAwMDAwMDAsInN1YiI6InJlYWwiLCJpZGVudGl0eSI6ImZha2UifQ.GRWoNKvXtUVk5tKZW4a0wCdvRyuQtxdj2OY_fW7SI1k"

    /// Signed with HMAC-SHA-512.
    static let hs512 =
        "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkiLCJleHAiOjQwMDAwMDAwMDB9.QKF2U1dVMZCvjGlrVWxDn4kKQRkoZoNlZK9o5lowEOBRmBS0kM6sPpOWwtIce03jf_1ErSgbVfRuvfVJNDHt0g"

    /// Not signed: `alg` is `none`.
    static let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJkZXZrZXkiLCJleHAiOjQwMDAwMDAwMDB9."
}
