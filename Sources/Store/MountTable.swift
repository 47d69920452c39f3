/// Which file system a path lies on, from the kernel's own table. Source: proc(5), `/proc/self/mountinfo`.
///
/// The table names what `statfs` cannot: every FUSE file system has one magic number there, but `fuse.sshfs` here.
struct MountTable: Sendable {
    private var mounts: [(point: String, type: String)] = []

    /// Lines that do not parse are left out.
    init(mountinfo text: String) {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
            mounts.append((Self.unescaped(fields[4]), String(fields[dash + 1])))
        }
    }

    /// Type of the file system that holds `path`, which must be absolute and free of symbolic links.
    func fileSystem(of path: String) -> String? {
        var best: (length: Int, type: String)?
        for mount in mounts {
            let holds = mount.point == "/" || path == mount.point || path.hasPrefix(mount.point + "/")
            // The later of two mounts on one point covers the earlier.
            if holds, mount.point.utf8.count >= best?.length ?? 0 { best = (mount.point.utf8.count, mount.type) }
        }
        return best?.type
    }

    /// File systems whose locks and syncs belong to another machine, or to a program of which nobody knows what it does with them. A
    /// bind mount stands in the table with the type of what it shows.
    static func isNetwork(_ type: String) -> Bool {
        if type == "fuse" || type.hasPrefix("fuse.") {
            return !["ntfs-3g", "ntfs", "exfat", "exfat-fuse", "fuse-overlayfs", "lxcfs"].contains(type.dropFirst(5))
        }
        return [
            "nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "gfs2",
            "ocfs2", "davfs", "davfs2", "beegfs", "orangefs", "pvfs2", "coda", "vboxsf", "virtiofs", "prl_fs",
        ].contains(type)
    }

    /// Space, tab, newline and backslash come as three octal digits.
    private static func unescaped(_ field: Substring) -> String {
        let bytes = Array(field.utf8)
        var plain: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 92, index + 3 < bytes.count {
                let digits = bytes[(index + 1)...(index + 3)]
                if digits.allSatisfy({ (48...55).contains($0) }) {
                    plain.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 48) }))
                    index += 4
                    continue
                }
            }
            plain.append(bytes[index])
            index += 1
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
