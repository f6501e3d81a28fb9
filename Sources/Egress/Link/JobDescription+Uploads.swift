import Storage

extension JobDescription {
    /// How patient the job's uploads are.
    var uploadSettings: UploadSession.Settings {
        var settings = UploadSession.Settings()
        if let uploadMaximumAge { settings.maximumAge = .seconds(uploadMaximumAge) }
        return settings
    }
}
