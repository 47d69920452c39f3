import Foundation

/// Real inputs that lie beside the package and are not part of it. A test that needs one passes, and says so, without it.
enum SampleFiles {
    static func bytes(_ name: String) -> [UInt8]? {
        let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = package.deletingLastPathComponent().appendingPathComponent("shared/samples/klv/\(name)")
        guard let data = try? Data(contentsOf: file) else {
            print("sample \(name) is absent: its test did nothing")
            return nil
        }
        return [UInt8](data)
    }
}
