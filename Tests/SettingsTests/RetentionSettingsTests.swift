import Testing

@testable import Settings

@Suite struct RetentionSettingsTests {
    static func settings(_ text: String) throws(SettingsError) -> RetentionSettings {
        try GatewaySettings.parse("gateway: {name: g}\nretention: \(text)\n", file: "f").retention
    }

    @Test func `reads what is written, and has defaults for the rest`() throws {
        #expect(try Self.settings("{}") == RetentionSettings())
        let read = try Self.settings(
            """
            {clips: {bytes: 3GiB, age: 30d}, pictures: {age: 2h}, rows_age: 90d, reserve: 0,
              free: {room: 9GiB, without_clips: 8GiB, without_pictures: 7GiB, refuse: 0}}
            """)
        #expect(read.clips.bytes == 3 << 30 && read.clips.age == .seconds(30 * 86_400))
        #expect(read.pictures.bytes == nil && read.pictures.age == .seconds(7200))
        #expect(read.rowsAge == .seconds(90 * 86_400) && read.reserve == 0)
        #expect(read.room == 9 << 30 && read.withoutClips == 8 << 30)
        #expect(read.withoutPictures == 7 << 30 && read.refuse == 0)
    }

    @Test(arguments: [
        "{clips: {bytes: 1}}", "{clips: {age: 1s}}", "{pictures: {files: 3}}", "{rows_age: 1h}", "{reserve: 2GiB}",
        "{free: {room: 1GiB}}", "{free: {refuse: 1GiB}}", "{free: {without_pictures: 3GiB}}", "{videos: {}}",
    ])
    func `refuses what cannot be meant`(text: String) {
        #expect(throws: SettingsError.self) { try Self.settings(text) }
    }
}
