/// Why a file or a part of it gives no heights. Says the file, and the command that helps where one does.
public struct ElevationError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Cause: Sendable, Hashable {
        /// It cannot be read, or ends too early.
        case truncated
        /// The bytes contradict themselves or the format; what, in words.
        case damaged(String)
        /// Neither the name nor the size of an SRTM tile.
        case notSRTM(String)
        /// Its coordinates are not degrees on the globe, or of another datum.
        case projected(String)
        /// It does not say what its coordinates are.
        case noSystem
        /// It does not say where it lies.
        case noPlace
        /// Turned or mirrored.
        case placement(String)
        /// A way of compressing or coding that is not read here.
        case coding(String)
        /// A scale or an offset of its samples is no number.
        case scaled
    }

    public let file: String
    public let cause: Cause

    public init(_ file: String, _ cause: Cause) {
        self.file = file
        self.cause = cause
    }

    public var description: String {
        // What the turned rectangle leaves empty would be ground at 0 m, were it not said to be none.
        let warp =
            "gdalwarp -t_srs EPSG:4326 -r bilinear -dstnodata -32768 -co TILED=YES -co COMPRESS=DEFLATE \(file) OUT.tif"
        let plain = "gdal_translate -b 1 -co TILED=YES -co COMPRESS=DEFLATE"
        return switch cause {
        case .truncated: "\(file) ends too early or cannot be read"
        case .damaged(let what): "\(file) is damaged: \(what)"
        case .notSRTM(let what): "\(file) is no SRTM tile: \(what)"
        case .projected(let what):
            "\(file) is not in latitude and longitude of WGS 84 or a system equal to it (\(what)): "
                + "convert it with `\(warp)`"
        case .noSystem:
            "\(file) does not say what its coordinates are: if they are WGS 84 degrees, say so with "
                + "`gdal_translate -a_srs EPSG:4326 \(file) OUT.tif`"
        case .noPlace:
            "\(file) does not say where it lies: if you know its edges in WGS 84 degrees, say so with "
                + "`gdal_translate -a_srs EPSG:4326 -a_ullr WEST NORTH EAST SOUTH \(file) OUT.tif`"
        case .placement(let what):
            "\(file) \(what): convert it with `\(warp)`"
        case .scaled:
            "\(file) has a scale or an offset that is no number: set them with "
                + "`gdal_edit.py -scale SCALE -offset OFFSET \(file)`, then write plain metres with "
                + "`gdal_translate -unscale -ot Float32 \(file) OUT.tif`"
        case .coding(let what): "\(file) \(what): convert it with `\(plain) \(file) OUT.tif`"
        }
    }
}
