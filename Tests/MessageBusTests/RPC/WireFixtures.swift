/// Messages of every exchange, encoded by hand from the field numbers of the protocol, not by the code under test.
enum WireFixtures {
    /// A request of StopEgress(EG_AbCdEfGh2345), with an expiry of three seconds.
    static let request = bytes(
        """
        0a24747970652e676f6f676c65617069732e636f6d2f696e7465726e616c2e52657175657374124b0a105245515f6142
        336445366748396a4b6c1210434c495f30313233343536373839416218959abbdac2f0d6eb182095d6fcf0cdf0d6eb18
        42110a0f45475f416243644566476832333435
        """
    )

    /// A request of ListActiveEgress: multi, and an empty message.
    static let multi = bytes(
        """
        0a24747970652e676f6f676c65617069732e636f6d2f696e7465726e616c2e52657175657374123a0a105245515f6d55
        6c5469303030303030311210434c495f30313233343536373839416218959abbdac2f0d6eb182095d6fcf0cdf0d6eb18
        2801
        """
    )

    /// An offer with affinity 0.5.
    static let claim = bytes(
        """
        0a29747970652e676f6f676c65617069732e636f6d2f696e7465726e616c2e436c61696d5265717565737412290a1052
        45515f6142336445366748396a4b6c12105352565f78597a58795a78597a58795a1d0000003f
        """
    )

    /// The choice of that server.
    static let claimAnswer = bytes(
        """
        0a2a747970652e676f6f676c65617069732e636f6d2f696e7465726e616c2e436c61696d526573706f6e736512240a10
        5245515f6142336445366748396a4b6c12105352565f78597a58795a78597a58795a
        """
    )

    /// The answer: EgressInfo of EG_AbCdEfGh2345, ending.
    static let response = bytes(
        """
        0a25747970652e676f6f676c65617069732e636f6d2f696e7465726e616c2e526573706f6e736512430a105245515f61
        42336445366748396a4b6c12105352565f78597a58795a78597a58795a18959abbdac2f0d6eb183a130a0f45475f4162
        436445664768323334351802
        """
    )

    /// An answer of google.protobuf.Empty.
    static let emptyResponse = bytes(
        """
        0a25747970652e676f6f676c65617069732e636f6d2f696e7465726e616c2e526573706f6e7365122e0a105245515f61
        42336445366748396a4b6c12105352565f78597a58795a78597a58795a18959abbdac2f0d6eb18
        """
    )

    /// An answer with an error.
    static let errorResponse = bytes(
        """
        0a25747970652e676f6f676c65617069732e636f6d2f696e7465726e616c2e526573706f6e7365124b0a105245515f61
        42336445366748396a4b6c12105352565f78597a58795a78597a58795a18959abbdac2f0d6eb182a1065677265737320
        6e6f7420666f756e6432096e6f745f666f756e64
        """
    )

    /// An answer of an old peer, which wraps its message in an Any.
    static let legacyResponse = bytes(
        """
        0a25747970652e676f6f676c65617069732e636f6d2f696e7465726e616c2e526573706f6e7365126d0a105245515f61
        42336445366748396a4b6c12105352565f78597a58795a78597a58795a18959abbdac2f0d6eb18223d0a26747970652e
        676f6f676c65617069732e636f6d2f6c6976656b69742e456772657373496e666f12130a0f45475f4162436445664768
        323334351802
        """
    )

    /// The request with tracing metadata and a field of a later version.
    static let requestWithMetadata = bytes(
        """
        0a24747970652e676f6f676c65617069732e636f6d2f696e7465726e616c2e52657175657374126d0a105245515f6142
        336445366748396a4b6c1210434c495f30313233343536373839416218959abbdac2f0d6eb182095d6fcf0cdf0d6eb18
        3a180a0b7472616365706172656e74120930302d312d322d303142110a0f45475f4162436445664768323334359a0605
        6c61746572
        """
    )

    /// The queue lock of `request`: SHA-256 in standard Base64, by another implementation.
    static let requestLock = "Rz5g0YiQW5Yq6iJKjDlovD93/BqXQukLaXlPE7BOqI0="

    /// When all of them were sent, in nanoseconds since 1970.
    static let sentAt: Int64 = 1_790_000_000_123_456_789

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap { $0.hexDigitValue }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
