/// A response as it arrives, within its limits.
struct IncomingResponse {
    static let maximumHeaderBytes = 65_536
    static let maximumHeaders = 256

    let maximumBytes: Int
    private(set) var fields: [HTTPField] = []
    private(set) var body: [UInt8] = []
    private(set) var overflowed = false
    private var headerBytes = 0

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// False when the body is longer than allowed.
    mutating func append(body chunk: UnsafeRawBufferPointer) -> Bool {
        guard chunk.count <= maximumBytes - body.count else {
            overflowed = true
            return false
        }
        unsafe body.append(contentsOf: chunk)
        return true
    }

    /// Takes one header line with its line end. A status line begins a new response: interim ones (1xx) are forgotten.
    mutating func append(line bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= Self.maximumHeaderBytes, fields.count < Self.maximumHeaders else {
            overflowed = true
            return false
        }
        let line = unsafe bytes.filter { $0 != 13 && $0 != 10 }
        if line.starts(with: "HTTP/".utf8) {
            fields = []
        } else if let colon = line.firstIndex(of: 58) {
            let value = line[(colon + 1)...].drop { $0 == 32 || $0 == 9 }
            fields.append(
                HTTPField(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return true
    }
}
