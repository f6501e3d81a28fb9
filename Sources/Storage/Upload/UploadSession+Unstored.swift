extension UploadSession {
    /// The files in a session's folder that are on this machine and nowhere else: given up, or without an outcome.
    ///
    /// To be asked when the session has ended; a folder without a journal that can be read has none.
    public static func unstored(in folder: String) -> [String] {
        guard isResumable(folder), let records = try? UploadJournal.open(journalPath(folder)).records else { return [] }
        return JournalReplay(records, sizes: PartSizes(first: Settings().partSize)).entries.filter { entry in
            if entry.isDropped { return false }
            if case .success? = entry.outcome { return false }
            return exists(entry.path)
        }.map(\.path)
    }

    /// Removes what a session's folder holds of credentials; it cannot be resumed afterwards.
    public static func removeCredentials(in folder: String) {
        try? removeFile(SessionRecord.path(folder))
    }
}
