import Foundation
import Glibc

/// Where things lie: the tree, what it ships, the programs under test, the real samples beside the tree.
enum Checkout {
    /// The folder of this file, with no symbolic link in it.
    static let tests = URL(filePath: #filePath).deletingLastPathComponent().resolvingSymlinksInPath()
    static let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    static let models = root.appending(path: "Models").path
    static let cases = tests.appending(path: "Cases")

    /// The programs lie beside the test bundle.
    static let products: URL = {
        let bundle =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments.first ?? ""
        return URL(filePath: bundle).deletingLastPathComponent()
    }()

    static func pack(_ name: String) -> String { models + "/packs/\(name).yaml" }

    /// A recording that nobody on this project made; nil, with a line that says so, where the samples are not there.
    static func sample(_ name: String) -> String? {
        let path = root.appending(path: "../shared/samples/klv/\(name)").standardizedFileURL.path
        if FileManager.default.fileExists(atPath: path) { return path }
        print("left out: there is no ../shared/samples/klv/\(name)")
        return nil
    }
}

/// A folder that goes when the test does.
final class Scratch: Sendable {
    /// Of this process; goes with it, since what is shared by tests has no owner that ends before.
    private static let base: String = {
        atexit { try? FileManager.default.removeItem(atPath: Scratch.base) }
        return NSTemporaryDirectory() + "flyonce-journey-\(getpid())"
    }()

    let path: String

    init() throws {
        path = Self.base + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ text: String, _ name: String) throws -> String { try write(Array(text.utf8), name) }

    @discardableResult
    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: file(name)))
        return file(name)
    }
}

func bytes(of path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }
