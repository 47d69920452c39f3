/// Where the settings stand: relative paths in them begin there.
struct SettingsFolder: Sendable {
    private let folder: String

    init(of file: String) {
        folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    func path(_ text: String) -> String {
        text.hasPrefix("/") || text.isEmpty ? text : folder + (text.hasPrefix("./") ? String(text.dropFirst(2)) : text)
    }
}
