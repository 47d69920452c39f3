import Foundation
import Inspection
import Testing

@testable import Store

struct StateDirectoryTests {
    @Test func `a second holder is refused and told who the first is`() throws {
        let place = Workspace()
        let first = try StateDirectory(path: place.path)
        let error = #expect(throws: StoreError.self) { try StateDirectory(path: place.path) }
        #expect(error?.kind == .locked)
        #expect(error?.description.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
        #expect(error?.description.contains(first.path) == true)
        #expect(StateDirectory.holder(of: place.path) == ProcessInfo.processInfo.processIdentifier)
        first.release()
        #expect(StateDirectory.holder(of: place.path) == nil)
        _ = try StateDirectory(path: place.path)
    }

    @Test func `a file in its place is refused`() throws {
        let place = Workspace()
        try Data("x".utf8).write(to: URL(fileURLWithPath: place.path))
        #expect(throws: StoreError.self) { try StateDirectory(path: place.path) }
    }

    @Test func `an open directory is closed to others`() throws {
        let place = Workspace()
        try FileManager.default.createDirectory(
            atPath: place.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        _ = try StateDirectory(path: place.path)
        let mode = try FileManager.default.attributesOfItem(atPath: place.path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o700)
    }

    static let mounts = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        30 22 0:26 / /srv rw shared:9 - nfs4 box:/srv rw
        31 22 0:27 / /mnt/my\\040disk rw - xfs /dev/sdb rw
        32 31 0:28 / /mnt/my\\040disk/far rw master:3 - fuse.sshfs me@box: rw
        33 22 0:29 / /srv rw - tmpfs tmpfs rw
        35 22 0:31 /export/a /bound rw - nfs4 box:/export rw
        torn line
        34 22 0:30 / /x -
        """

    @Test(arguments: [
        ("/var/lib/flyonce", "ext4"), ("/", "ext4"), ("/srv/a", "tmpfs"), ("/srvice", "ext4"),
        ("/mnt/my disk/a", "xfs"), ("/mnt/my disk/far", "fuse.sshfs"), ("/mnt/my disk/farther", "xfs"),
        ("/bound/state", "nfs4"),
    ])
    func `a path lies on the mount nearest above it`(_ path: String, _ type: String) {
        #expect(MountTable(mountinfo: Self.mounts).fileSystem(of: path) == type)
    }

    @Test(arguments: [
        ("nfs", true), ("nfs4", true), ("cifs", true), ("smb3", true), ("fuse.sshfs", true), ("9p", true),
        ("fuse.s3fs", true), ("ext4", false), ("xfs", false), ("btrfs", false), ("tmpfs", false), ("overlay", false),
        ("fuseblk", false), ("f2fs", false), ("fuse", true), ("fuse.rclone", true), ("fuse.anything", true),
        ("fuse.fuse-overlayfs", false),
    ])
    func `network file systems are known`(_ type: String, _ network: Bool) {
        #expect(MountTable.isNetwork(type) == network)
    }

    @Test func `an empty table knows nothing`() {
        #expect(MountTable(mountinfo: "").fileSystem(of: "/") == nil)
    }

    /// Source: the XXH64 test vectors of the specification's reference implementation.
    @Test(
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ] as [(String, UInt64)])
    func `the digest is XXH64`(_ text: String, _ digest: UInt64) {
        #expect(RowDigest.xxh64(Array(text.utf8), seed: 0) == digest)
    }

    @Test func `any flipped bit changes the digest`() {
        let bytes = (0..<77).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let digest = RowDigest.of(bytes, 1, 2)
        for bit in 0..<(bytes.count * 8) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(RowDigest.of(flipped, 1, 2) != digest)
        }
        #expect(RowDigest.of(bytes, 2, 1) != digest)
    }
}
