/// Heights of the geoid above the WGS 84 ellipsoid on a grid, from a PROJ `.gtx` file (`egm96_15.gtx` of proj-data):
/// four big-endian doubles (latitude and longitude of the lower left, steps in degrees), two int32 (rows, columns),
/// then float32 metres row by row from the south.
public struct Geoid: Sendable {
    private let south: Double
    private let west: Double
    private let latitudeStep: Double
    private let longitudeStep: Double
    private let rows: Int
    private let columns: Int
    private let wraps: Bool
    private let values: [Float]

    /// PROJ's mark for a cell without a value.
    private static let void: Float = -88.8888

    public init(gtx bytes: [UInt8]) throws(GeoidError) {
        guard bytes.count >= 40 else { throw .tooShort(bytes: bytes.count) }
        south = Self.double(bytes, 0)
        west = Self.double(bytes, 8)
        latitudeStep = Self.double(bytes, 16)
        longitudeStep = Self.double(bytes, 24)
        let rows = Int(Int32(bitPattern: Self.word(bytes, 32)))
        let columns = Int(Int32(bitPattern: Self.word(bytes, 36)))
        guard (2...20_000).contains(rows), (2...40_000).contains(columns), latitudeStep > 0, longitudeStep > 0,
            south >= -90, south + latitudeStep * Double(rows - 1) <= 90 + latitudeStep / 1000, west >= -360,
            west <= 360,
            longitudeStep * Double(columns - 1) <= 360 + longitudeStep / 1000
        else { throw .badHeader }
        guard bytes.count == 40 + rows * columns * 4 else {
            throw .wrongSize(bytes: bytes.count, expected: 40 + rows * columns * 4)
        }
        self.rows = rows
        self.columns = columns
        wraps = abs(longitudeStep * Double(columns) - 360) < longitudeStep / 1000
        var values: [Float] = []
        values.reserveCapacity(rows * columns)
        for index in 0..<rows * columns { values.append(Float(bitPattern: Self.word(bytes, 40 + index * 4))) }
        self.values = values
    }

    /// Metres from the ellipsoid up to the geoid, bilinear; nil outside the grid or beside a cell without a value.
    /// Height above the ellipsoid = height above the geoid + this.
    public func undulation(latitude: Double, longitude: Double) -> Double? {
        guard latitude >= -90, latitude <= 90, longitude >= -360, longitude <= 360 else { return nil }
        let y = (latitude - south) / latitudeStep
        var turned = longitude - west
        while turned < 0 { turned += 360 }
        while turned >= 360 { turned -= 360 }
        let x = turned / longitudeStep
        guard y >= 0, y <= Double(rows - 1), wraps || x <= Double(columns - 1) else { return nil }
        let row = min(Int(y), rows - 2)
        let column = min(Int(x), wraps ? columns - 1 : columns - 2)
        let next = column + 1 == columns ? 0 : column + 1
        let north = y - Double(row)
        let east = x - Double(column)
        let corners = [
            values[row * columns + column], values[row * columns + next],
            values[(row + 1) * columns + column], values[(row + 1) * columns + next],
        ]
        guard corners.allSatisfy({ $0.isFinite && abs($0) < 1000 && $0 != Self.void }) else { return nil }
        let lower = Double(corners[0]) * (1 - east) + Double(corners[1]) * east
        let upper = Double(corners[2]) * (1 - east) + Double(corners[3]) * east
        return lower * (1 - north) + upper * north
    }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16 | UInt32(bytes[offset + 2]) << 8
            | UInt32(bytes[offset + 3])
    }

    private static func double(_ bytes: [UInt8], _ offset: Int) -> Double {
        Double(bitPattern: UInt64(word(bytes, offset)) << 32 | UInt64(word(bytes, offset + 4)))
    }
}

/// Why a geoid grid was not taken.
public enum GeoidError: Error, Sendable, Hashable, CustomStringConvertible {
    case tooShort(bytes: Int)
    /// Steps, origin or counts that no grid of the earth has.
    case badHeader
    case wrongSize(bytes: Int, expected: Int)

    public var description: String {
        switch self {
        case .tooShort(let bytes): "geoid grid of \(bytes) bytes is shorter than its 40-byte header"
        case .badHeader: "geoid grid header does not describe a grid of the earth"
        case .wrongSize(let bytes, let expected): "geoid grid has \(bytes) bytes where its header says \(expected)"
        }
    }
}
