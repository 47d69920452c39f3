import Inspection

/// The EXIF block of a picture: when and where the camera was, in the fields that photo tools read. What the stamp does not
/// know is left out. Big-endian TIFF inside an APP1 segment. Source: CIPA DC-008 (Exif 2.32), sections 4.5–4.6.
enum EXIF {
    /// `jpeg` with the block in front of its tables: after the JFIF segment where there is one, since JFIF wants to be
    /// first and readers of EXIF look further. What is no JPEG stays as it is.
    static func stamped(_ jpeg: [UInt8], _ stamp: PictureStamp, width: Int, height: Int) -> [UInt8] {
        guard jpeg.count > 4, jpeg[0] == 0xFF, jpeg[1] == 0xD8 else { return jpeg }
        var at = 2
        if jpeg.count > 6, jpeg[2] == 0xFF, jpeg[3] == 0xE0 {
            let end = 4 + (Int(jpeg[4]) << 8 | Int(jpeg[5]))
            if end > 6, end <= jpeg.count { at = end }
        }
        let body = Array("Exif\0\0".utf8) + tiff(stamp, width: width, height: height)
        guard body.count <= 65_533 else { return jpeg }
        let length = body.count + 2
        let segment: [UInt8] = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + body
        return Array(jpeg[..<at]) + segment + Array(jpeg[at...])
    }

    /// The TIFF structure: three directories, one after the other.
    static func tiff(_ stamp: PictureStamp, width: Int, height: Int) -> [UInt8] {
        let time = CivilTime(stamp.utc)
        let gps = gps(stamp, time)
        let exif = exif(time, width: width, height: height)
        var main = EXIFDirectory()
        main.add(0x010E, text: "UTC by \(stamp.provenance.rawValue)")  // ImageDescription
        // 72 dots an inch is what the standard has for a resolution that is not known.
        main.add(0x011A, rationals: [(72, 1)])  // XResolution
        main.add(0x011B, rationals: [(72, 1)])  // YResolution
        main.add(0x0128, short: 2)  // ResolutionUnit
        main.add(0x0131, text: "FlyOnce")  // Software
        main.add(0x0213, short: 1)  // YCbCrPositioning: centred, as JPEG has it
        let pointers = gps == nil ? 1 : 2
        let exifAt = 8 + main.byteCount(adding: pointers)
        main.add(0x8769, long: UInt32(exifAt))
        if gps != nil { main.add(0x8825, long: UInt32(exifAt + exif.byteCount(adding: 0))) }
        var bytes: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8]
        bytes += main.encoded(at: 8)
        bytes += exif.encoded(at: bytes.count)
        if let gps { bytes += gps.encoded(at: bytes.count) }
        return bytes
    }

    private static func exif(_ time: CivilTime, width: Int, height: Int) -> EXIFDirectory {
        var directory = EXIFDirectory()
        directory.add(0x9000, raw: Array("0232".utf8))  // ExifVersion
        directory.add(0x9003, text: "\(time.date) \(time.clock)")  // DateTimeOriginal
        directory.add(0x9011, text: "+00:00")  // OffsetTimeOriginal
        directory.add(0x9101, raw: [1, 2, 3, 0])  // ComponentsConfiguration: Y, Cb, Cr
        directory.add(0x9291, text: time.fraction)  // SubSecTimeOriginal
        directory.add(0xA000, raw: Array("0100".utf8))  // FlashpixVersion
        directory.add(0xA001, short: 0xFFFF)  // ColorSpace: not calibrated
        if let width = UInt32(exactly: width), width > 0 { directory.add(0xA002, long: width) }  // PixelXDimension
        if let height = UInt32(exactly: height), height > 0 { directory.add(0xA003, long: height) }  // PixelYDimension
        return directory
    }

    /// Nil when neither place nor direction is known.
    private static func gps(_ stamp: PictureStamp, _ time: CivilTime) -> EXIFDirectory? {
        var directory = EXIFDirectory()
        directory.add(0x00, bytes: [2, 3, 0, 0])  // GPSVersionID
        let place = place(stamp)
        let direction = stamp.direction.flatMap { $0.isFinite && (0...360).contains($0) ? $0 : nil }
        guard place != nil || direction != nil else { return nil }
        if let place {
            directory.add(0x01, text: place.latitude < 0 ? "S" : "N")  // GPSLatitudeRef
            directory.add(0x02, rationals: sexagesimal(place.latitude))  // GPSLatitude
            directory.add(0x03, text: place.longitude < 0 ? "W" : "E")  // GPSLongitudeRef
            directory.add(0x04, rationals: sexagesimal(place.longitude))  // GPSLongitude
            if let height = stamp.heightMSL, height.isFinite, abs(height) < 100_000 {
                directory.add(0x05, bytes: [height < 0 ? 1 : 0])  // GPSAltitudeRef: sea level
                directory.add(0x06, rationals: [(UInt32((abs(height) * 1000).rounded()), 1000)])  // GPSAltitude
            }
        }
        directory.add(0x07, rationals: time.rationals)  // GPSTimeStamp
        if let direction {
            directory.add(0x10, text: "T")  // GPSImgDirectionRef: true north
            directory.add(0x11, rationals: [(UInt32((direction * 1000).rounded()), 1000)])  // GPSImgDirection
        }
        directory.add(0x12, text: "WGS-84")  // GPSMapDatum
        directory.add(0x1D, text: time.date)  // GPSDateStamp
        return directory
    }

    private static func place(_ stamp: PictureStamp) -> (latitude: Double, longitude: Double)? {
        guard let latitude = stamp.latitude, let longitude = stamp.longitude, (-90...90).contains(latitude),
            (-180...180).contains(longitude)
        else { return nil }
        return (latitude, longitude)
    }

    /// Degrees, minutes and seconds, to the microsecond of arc (30 µm).
    private static func sexagesimal(_ degrees: Double) -> [(UInt32, UInt32)] {
        let whole = UInt64((min(abs(degrees), 180) * 3600e6).rounded())
        return [
            (UInt32(whole / 3_600_000_000), 1), (UInt32(whole / 60_000_000 % 60), 1),
            (UInt32(whole % 60_000_000), 1_000_000),
        ]
    }
}

/// The parts of a UTC as EXIF writes them.
private struct CivilTime {
    /// `2026:08:20`
    let date: String
    /// `03:04:05`
    let clock: String
    /// Six digits.
    let fraction: String
    /// Hours, minutes, seconds with their fraction.
    let rationals: [(UInt32, UInt32)]

    init(_ time: UTCTime) {
        let text = Array(time.rfc3339.utf8)
        func part(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        date = part(0..<10).replacing("-", with: ":")
        clock = part(11..<19)
        fraction = part(20..<26)
        let micros = UInt32(part(20..<26)) ?? 0
        rationals = [
            (UInt32(part(11..<13)) ?? 0, 1), (UInt32(part(14..<16)) ?? 0, 1),
            ((UInt32(part(17..<19)) ?? 0) * 1_000_000 + micros, 1_000_000),
        ]
    }
}
