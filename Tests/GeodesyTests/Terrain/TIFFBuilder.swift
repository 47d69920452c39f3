@testable import Geodesy

/// Small GeoTIFF files for the tests, byte by byte.
struct TIFFBuilder: Sendable {
    enum Sample: String, Sendable, CaseIterable { case int16, uint16, int32, float32, float64 }

    enum Packing: Int, Sendable, CaseIterable {
        case none = 1
        case lzw = 5
        case deflate = 8
        case oldDeflate = 32_946
        case packBits = 32_773
    }

    var isLittle = true
    var isBig = false
    var sample = Sample.float32
    var packing = Packing.none
    var predictor = 1
    /// Width and height of tiles; nil for strips.
    var tile: (Int, Int)?
    var rowsPerStrip = 3
    var north = 29.0
    var west = 118.0
    var step = 1.0 / 3600
    var isPoint = false
    var usesTransformation = false
    var void: String?
    /// Of GDAL, as XML.
    var metadata: String?
    /// Key, value pairs beside the raster type; the defaults say WGS 84 in degrees.
    var geoKeys = [(1024, 2), (2048, 4326)]
    /// Tags put in the place of what would be written.
    var overriding: [Int: [Int]] = [:]
    var statesPlace = true

    private func number(_ value: UInt64, _ width: Int) -> [UInt8] {
        let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
        return isLittle ? bytes : bytes.reversed()
    }

    var width: Int {
        switch sample {
        case .int16, .uint16: 2
        case .int32, .float32: 4
        case .float64: 8
        }
    }

    private func bits(_ height: Double) -> UInt64 {
        switch sample {
        case .int16: UInt64(UInt16(bitPattern: Int16(height)))
        case .uint16: UInt64(UInt16(height))
        case .int32: UInt64(UInt32(bitPattern: Int32(height)))
        case .float32: UInt64(Float(height).bitPattern)
        case .float64: height.bitPattern
        }
    }

    private func row(_ heights: [Double]) -> [UInt8] {
        var values = heights.map(bits)
        if predictor == 3 {
            let planes = (0..<width).flatMap { plane in
                values.map { UInt8(truncatingIfNeeded: $0 >> UInt64((width - 1 - plane) * 8)) }
            }
            return planes.indices.map { $0 == 0 ? planes[0] : planes[$0] &- planes[$0 - 1] }
        }
        if predictor == 2 {
            values = values.indices.map { $0 == 0 ? values[0] : values[$0] &- values[$0 - 1] }
        }
        return values.flatMap { number($0, width) }
    }

    private func pack(_ bytes: [UInt8]) -> [UInt8] {
        switch packing {
        case .none: bytes
        case .packBits: Self.packBits(bytes)
        case .lzw: Self.lzw(bytes)
        case .deflate, .oldDeflate: Self.stored(bytes)
        }
    }

    static func packBits(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var place = 0
        while place < bytes.count {
            var run = 1
            while place + run < bytes.count, run < 128, bytes[place + run] == bytes[place] { run += 1 }
            if run > 1 {
                output += [UInt8(bitPattern: Int8(1 - run)), bytes[place]]
                place += run
            } else {
                let end = min(place + 5, bytes.count)
                output.append(UInt8(end - place - 1))
                output += bytes[place..<end]
                place = end
            }
        }
        return output
    }

    static func lzw(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var (hold, held, width, next) = (0, 0, 9, 258)
        var table: [[UInt8]: Int] = [:]
        func code(_ string: [UInt8]) -> Int { string.count == 1 ? Int(string[0]) : table[string] ?? 0 }
        func put(_ value: Int) {
            hold = hold << width | value
            held += width
            while held >= 8 {
                held -= 8
                output.append(UInt8(truncatingIfNeeded: hold >> held))
            }
            hold &= (1 << held) - 1
        }
        put(256)
        var string: [UInt8] = []
        for byte in bytes {
            if string.isEmpty || table[string + [byte]] != nil {
                string.append(byte)
                continue
            }
            put(code(string))
            table[string + [byte]] = next
            next += 1
            if next == 4095 {
                put(256)
                (width, next) = (9, 258)
                table = [:]
            } else if next > (1 << width) - 1 {
                width += 1
            }
            string = [byte]
        }
        if !string.isEmpty {
            put(code(string))
            // The decoder's table grows by this one too.
            if next + 1 > (1 << width) - 1, width < 12 { width += 1 }
        }
        put(257)
        if held > 0 { output.append(UInt8(truncatingIfNeeded: hold << (8 - held))) }
        return output
    }

    /// A zlib stream that stores its bytes.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        let (low, high) = (UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8 & 0xFF))
        var (a, b) = (1, 0)
        for byte in bytes {
            a = (a + Int(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return [0x78, 0x01, 0x01, low, high, ~low, ~high] + bytes
            + [UInt8(b >> 8), UInt8(b & 0xFF), UInt8(a >> 8), UInt8(a & 0xFF)]
    }

    /// The file of a grid of heights, row by row from the north.
    func file(_ heights: [[Double]]) -> [UInt8] {
        let (rows, columns) = (heights.count, heights[0].count)
        var blocks: [[UInt8]] = []
        if let tile {
            for top in stride(from: 0, to: rows, by: tile.1) {
                for left in stride(from: 0, to: columns, by: tile.0) {
                    let whole = (top..<top + tile.1).map { y in
                        (left..<left + tile.0).map { heights[min(y, rows - 1)][min($0, columns - 1)] }
                    }
                    blocks.append(pack(whole.flatMap(row)))
                }
            }
        } else {
            for top in stride(from: 0, to: rows, by: rowsPerStrip) {
                blocks.append(pack(heights[top..<min(top + rowsPerStrip, rows)].flatMap(row)))
            }
        }
        let head = isBig ? 16 : 8
        var body: [UInt8] = []
        var places: [Int] = []
        for block in blocks {
            places.append(head + body.count)
            body += block
        }
        return assemble(rows: rows, columns: columns, body: body, places: places, lengths: blocks.map(\.count))
    }

    private func assemble(rows: Int, columns: Int, body: [UInt8], places: [Int], lengths: [Int]) -> [UInt8] {
        let half = isPoint ? 0 : step / 2
        let kind = sample == .uint16 ? 1 : sample == .int16 || sample == .int32 ? 2 : 3
        let keys = geoKeys + [(1025, isPoint ? 2 : 1)]
        var shorts: [Int: [Int]] = [
            256: [columns], 257: [rows], 258: [width * 8], 259: [packing.rawValue], 277: [1], 317: [predictor],
            339: [kind], 34_735: [1, 1, 0, keys.count] + keys.sorted { $0.0 < $1.0 }.flatMap { [$0.0, 0, 1, $0.1] },
        ]
        var longs: [Int: [Int]] = [:]
        if let tile {
            shorts[322] = [tile.0]
            shorts[323] = [tile.1]
            (longs[324], longs[325]) = (places, lengths)
        } else {
            shorts[278] = [rowsPerStrip]
            (longs[273], longs[279]) = (places, lengths)
        }
        for (tag, values) in overriding { shorts[tag] = values }
        var doubles: [Int: [Double]] = [:]
        let (left, top) = (west - half, north + half)
        if usesTransformation {
            doubles[34_264] = [step, 0, 0, left, 0, -step, 0, top, 0, 0, 0, 0, 0, 0, 0, 1]
        } else if statesPlace {
            doubles[33_550] = [step, step, 0]
            doubles[33_922] = [0, 0, 0, left, top, 0]
        }
        var entries: [(tag: Int, type: Int, count: Int, bytes: [UInt8])] = []
        for (tag, values) in shorts { entries.append((tag, 3, values.count, values.flatMap { number(UInt64($0), 2) })) }
        let (longType, longWidth) = isBig ? (16, 8) : (4, 4)
        for (tag, values) in longs {
            entries.append((tag, longType, values.count, values.flatMap { number(UInt64($0), longWidth) }))
        }
        for (tag, values) in doubles {
            entries.append((tag, 12, values.count, values.flatMap { number($0.bitPattern, 8) }))
        }
        if let metadata { entries.append((42_112, 2, metadata.utf8.count + 1, Array(metadata.utf8) + [0])) }
        if let void { entries.append((42_113, 2, void.utf8.count + 1, Array(void.utf8) + [0])) }
        entries.sort { $0.tag < $1.tag }
        let (inline, head) = isBig ? (8, 16) : (4, 8)
        let directory = head + body.count
        var tail = directory + (isBig ? 8 : 2) + entries.count * (isBig ? 20 : 12) + (isBig ? 8 : 4)
        var table = number(UInt64(entries.count), isBig ? 8 : 2)
        var extra: [UInt8] = []
        for entry in entries {
            table += number(UInt64(entry.tag), 2) + number(UInt64(entry.type), 2)
            table += number(UInt64(entry.count), isBig ? 8 : 4)
            if entry.bytes.count <= inline {
                table += entry.bytes + [UInt8](repeating: 0, count: inline - entry.bytes.count)
            } else {
                table += number(UInt64(tail), inline)
                extra += entry.bytes
                tail += entry.bytes.count
            }
        }
        table += number(0, inline)
        var start: [UInt8] = isLittle ? [0x49, 0x49] : [0x4D, 0x4D]
        start += number(isBig ? 43 : 42, 2)
        start += isBig ? number(8, 2) + number(0, 2) + number(UInt64(directory), 8) : number(UInt64(directory), 4)
        return start + body + table + extra
    }
}
