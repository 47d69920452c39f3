/// The text of an expression as bytes, and where in it a byte stands.
struct SourceText: Sendable {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    func position(of offset: Int) -> SourcePosition {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return SourcePosition(offset: offset, line: line, column: column)
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: bytes.indices)], as: UTF8.self)
    }

    func error(_ message: String, at offset: Int, hint: String? = nil) -> ExpressionError {
        ExpressionError(issues: [.init(position: position(of: offset), message: message, hint: hint)])
    }
}
