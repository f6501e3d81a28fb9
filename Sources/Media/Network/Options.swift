internal import CFFmpeg

/// Owns an `AVDictionary`.
struct Options: ~Copyable {
    var dictionary: OpaquePointer?

    init(_ values: [String: String]) {
        for (key, value) in values { av_dict_set(&dictionary, key, value, 0) }
    }

    deinit {
        var dictionary = dictionary
        av_dict_free(&dictionary)
    }
}
