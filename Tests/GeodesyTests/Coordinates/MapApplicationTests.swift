import Geodesy
import Testing

@Suite struct MapApplicationTests {
    /// Kaihua: WGS 84 29.137, 118.415; GCJ-02 29.134374, 118.420211; BD-09 29.140551, 118.426647.
    static let kaihua = PlaneTests.place(29.137, 118.415)

    @Test(
        arguments: [
            (
                .amap,
                "https://uri.amap.com/marker?position=118.420211,29.134374&name=%E5%9E%83%E5%9C%BE%20%26%201&coordinate=gaode"
                    + "&callnative=1&src=flyonce"
            ),
            (
                .baidu,
                "https://api.map.baidu.com/marker?location=29.140551,118.426647&title=%E5%9E%83%E5%9C%BE%20%26%201"
                    + "&content=%E5%9E%83%E5%9C%BE%20%26%201&coord_type=bd09ll&output=html&src=flyonce"
            ),
            (
                .tencent,
                "https://apis.map.qq.com/uri/v1/marker?marker=coord:29.134374,118.420211;title:%E5%9E%83%E5%9C%BE%20%26%201"
                    + "&referer=flyonce"
            ),
            (.apple, "https://maps.apple.com/?ll=29.134374,118.420211&q=%E5%9E%83%E5%9C%BE%20%26%201"),
            (.google, "https://www.google.com/maps/search/?api=1&query=29.137000%2C118.415000"),
            (
                .openStreetMap,
                "https://www.openstreetmap.org/?mlat=29.137000&mlon=118.415000#map=18/29.137000/118.415000"
            ),
            (.geo, "geo:29.137000,118.415000?q=29.137000,118.415000(%E5%9E%83%E5%9C%BE%20%26%201)"),
        ] as [(MapApplication, String)])
    func `each map is told the place in its own datum`(_ map: MapApplication, _ link: String) throws {
        #expect(try map.link(to: Self.kaihua, title: "垃圾 & 1").url == link)
    }

    @Test func `outside China no map shifts`() throws {
        let place = PlaneTests.place(-0.000_01, -58.38)
        for map in MapApplication.allCases {
            let link = try map.link(to: place, title: "x").url
            #expect(link.contains("-0.000010") && link.contains("-58.380000"), "\(link)")
        }
        #expect(try MapApplication.baidu.link(to: place, title: "x").url.contains("coord_type=wgs84"))
    }

    @Test(arguments: MapApplication.allCases) func `no title leaves its place in the address`(_ map: MapApplication)
        throws
    {
        let title = "a&b=c#d?e/f\"<g>'(h);i:j,k|\n%00" + String(repeating: "长", count: 500)
        let plain = try map.link(to: Self.kaihua, title: "").url
        let link = try map.link(to: Self.kaihua, title: title).url
        #expect(link.allSatisfy { $0.isASCII && !$0.isWhitespace && !"\"<>'".contains($0) })
        for mark in "&=#?;:,|()" {
            #expect(link.count { $0 == mark } == plain.count { $0 == mark }, "\(mark)")
        }
        #expect(link.utf8.count < 2000)
    }

    @Test func `minus nothing is nothing, and no place has no address`() throws {
        #expect(
            try MapApplication.geo.link(to: PlaneTests.place(-1e-9, -0.0), title: "").url.hasPrefix(
                "geo:0.000000,0.000000?"))
        #expect(throws: CoordinateFault.offGlobe) {
            try MapApplication.amap.link(to: PlaneTests.place(.nan, 0), title: "")
        }
    }
}
