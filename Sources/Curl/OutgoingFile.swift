import CCurl
import Glibc

/// A part of a regular file as it is sent, no faster than its limits allow. Used on the transfer thread only.
final class OutgoingFile {
    /// Bytes read at one time under a limit: what another request may have to wait behind.
    private static let piece = 8192
    /// Less is not worth waking up for.
    private static let leastPiece = 512

    private let descriptor: Int32
    private let offset: Int
    let count: Int
    private let rates: [SendRate]
    /// A part that was cut off is not sent again by libcurl itself: how much of it arrived is asked for first.
    private let isRepeatable: Bool
    private var sent = 0
    /// Monotonic nanoseconds at which there is room again; nil while it may be read.
    private(set) var pausedUntil: Int64?

    /// `count` bytes from `offset` on, or all from there when nil; nil when the file does not have them.
    init?(path: String, offset: Int, count: Int?, rates: [SendRate]) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        self.offset = offset
        isRepeatable = count == nil
        self.rates = rates
        var status = stat()
        let isThere = unsafe descriptor >= 0 && fstat(descriptor, &status) == 0
        let isRegular = isThere && status.st_mode & S_IFMT == S_IFREG
        let left = isRegular ? Int(status.st_size) - offset : -1
        self.count = count ?? max(left, 0)
        guard left >= self.count, lseek(descriptor, offset, SEEK_SET) == offset else { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// `CURLOPT_READFUNCTION`.
    func read(into bytes: UnsafeMutableRawPointer, room: Int) -> Int {
        var wanted = min(room, count - sent)
        guard wanted > 0 else { return 0 }
        if !rates.isEmpty {
            let least = min(wanted, Self.leastPiece)
            wanted = min(wanted, Self.piece, rates.map(\.allowance).min() ?? Self.piece)
            guard wanted >= least else {
                pausedUntil = SendRate.now &+ max(rates.map { $0.wait(for: least) }.max() ?? 0, 1_000_000)
                return Int(CURL_READFUNC_PAUSE)
            }
        }
        let got = unsafe Glibc.read(descriptor, bytes, wanted)
        // A file that has become shorter must not look like one that is sent whole.
        guard got > 0 else { return Int(CURL_READFUNC_ABORT) }
        for rate in rates { _ = rate.reserve(got) }
        sent += got
        return got
    }

    /// `CURLOPT_SEEKFUNCTION`, from the start of the part.
    func seek(to place: Int) -> Bool {
        guard (0...count).contains(place), isRepeatable || sent == 0,
            lseek(descriptor, offset + place, SEEK_SET) == offset + place
        else {
            return false
        }
        sent = place
        return true
    }

    func resumed() { pausedUntil = nil }
}
