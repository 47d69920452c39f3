import Geodesy
import Testing

@Suite struct ChineseDatumTests {
    /// WGS 84, GCJ-02 and BD-09, latitude and longitude.
    static let places: [[Double]] = [
        [29.137, 118.415, 29.134374320, 118.420210559, 29.140550678, 118.426647112],
        [30.2467, 120.1485, 30.244380228, 120.153210842, 30.250321023, 120.159730433],
        [39.9087243, 116.3975, 39.910127800, 116.403743576, 39.916467044, 116.410116569],
        [31.2397, 121.49, 31.237715337, 121.494467976, 31.243370617, 121.501075595],
        [23.1291, 113.2644, 23.126423340, 113.269729592, 23.132711257, 113.276150752],
        [30.657, 104.0658, 30.654578198, 104.068307473, 30.660607412, 104.074804707],
        [43.8256, 87.6168, 43.826805393, 87.619649949, 43.832949795, 87.626099771],
        [45.8038, 126.535, 45.805781525, 126.541040350, 45.811395823, 126.547659214],
        [29.6525, 91.1721, 29.649710610, 91.173567382, 29.655764414, 91.180060123],
        [18.2528, 109.5119, 18.251094792, 109.515984295, 18.256876554, 109.522531792],
        [25.0389, 102.7183, 25.035934506, 102.719752395, 25.042239130, 102.726162897],
    ]

    private func areNear(_ a: GeodeticPoint, _ latitude: Double, _ longitude: Double) -> Bool {
        abs(a.latitude - latitude) < 2e-9 && abs(a.longitude - longitude) < 2e-9
    }

    @Test(arguments: places) func `both datums agree with the reference both ways`(_ row: [Double]) {
        let point = GeodeticPoint(latitude: row[0], longitude: row[1], height: 7)
        let gcj = GCJ02.fromWGS84(point)
        #expect(areNear(gcj, row[2], row[3]))
        #expect(areNear(BD09.fromGCJ02(gcj), row[4], row[5]))
        #expect(areNear(BD09.fromWGS84(point), row[4], row[5]))
        #expect(areNear(GCJ02.toWGS84(gcj), row[0], row[1]))
        #expect(areNear(BD09.toWGS84(BD09.fromWGS84(point)), row[0], row[1]))
        #expect(gcj.height == 7)
    }

    @Test func `outside the box nothing moves`() {
        let tokyo = GeodeticPoint(latitude: 35.6895, longitude: 139.6917, height: 0)
        #expect(GCJ02.fromWGS84(tokyo) == tokyo)
        #expect(GCJ02.toWGS84(tokyo) == tokyo)
        let nowhere = GeodeticPoint(latitude: .nan, longitude: 110, height: 0)
        #expect(GCJ02.fromWGS84(nowhere).latitude.isNaN)
    }
}

@Suite struct DatumTests {
    @Test(arguments: Datum.allCases) func `every datum is undone to a millionth of a metre`(_ datum: Datum) {
        for latitude in stride(from: 1.0, through: 55.5, by: 2.9) {
            for longitude in stride(from: 72.5, through: 137.5, by: 3.3) {
                let point = GeodeticPoint(latitude: latitude, longitude: longitude, height: 5)
                let back = datum.toWGS84(datum.fromWGS84(point))
                #expect(abs(back.latitude - latitude) < 1e-11 && abs(back.longitude - longitude) < 1e-11)
                #expect(back.height == 5)
            }
        }
    }

    @Test func `a place that is shifted over the edge of the box is shifted back`() {
        for edge in [55.827_099, 0.829_301] {
            for longitude in stride(from: 73.0, to: 137, by: 1.7) {
                let point = GeodeticPoint(latitude: edge, longitude: longitude, height: 0)
                let back = GCJ02.toWGS84(GCJ02.fromWGS84(point))
                #expect(abs(back.latitude - edge) < 1e-9 && abs(back.longitude - longitude) < 1e-9)
            }
        }
    }

    @Test func `CGCS2000 is WGS 84 under its own label`() {
        let point = GeodeticPoint(latitude: 29.137, longitude: 118.415, height: 0)
        #expect(Datum.cgcs2000.fromWGS84(point) == point && Datum.cgcs2000.toWGS84(point) == point)
        #expect(Datum.allCases.map(\.epsg) == [4326, 4490, nil, nil])
        #expect(Datum.allCases.map(\.name) == ["WGS 84", "CGCS2000", "GCJ-02", "BD-09"])
    }
}
