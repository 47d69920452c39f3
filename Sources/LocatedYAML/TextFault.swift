/// Places of what no document may hold: line and column count from 1, the column in Unicode scalars.
enum TextFault {
    typealias Place = (line: Int, column: Int)

    /// The first byte that is no UTF-8; past the end where all are.
    static func firstOutsideUTF8(in bytes: some Sequence<UInt8>) -> Place {
        var place = (line: 1, column: 1)
        var iterator = bytes.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        while case .valid(let encoded) = parser.parseScalar(from: &iterator) {
            pass(Unicode.UTF8.decode(encoded), &place)
        }
        return place
    }

    /// The first control character, which YAML does not allow either; tabs and the ends of lines are none.
    static func firstControl(in text: String) -> Place? {
        var place = (line: 1, column: 1)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x85: break
            case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: return place
            default: break
            }
            pass(scalar, &place)
        }
        return nil
    }

    private static func pass(_ scalar: Unicode.Scalar, _ place: inout Place) {
        if scalar == "\n" { place = (place.line + 1, 1) } else { place.column += 1 }
    }
}
