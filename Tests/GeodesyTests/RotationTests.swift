import Geodesy
import Testing

@Suite struct RotationTests {
    static let reference = [
        Vector(0.5, -0.747993898, -0.436468932), Vector(0.5, 0.660838155, -0.559725766),
        Vector(0.707106781, 0.061628417, 0.704416026),
    ]

    private func rows(_ rotation: Rotation) -> [Vector] { [rotation.rows.0, rotation.rows.1, rotation.rows.2] }

    @Test func `an attitude and its quaternion make the reference matrix`() throws {
        let byAngles = Rotation(Attitude(yaw: 45, pitch: -45, roll: 5))
        let byQuaternion = try #require(Rotation(w: 0.846353086, x: 0.183538701, y: -0.337795104, z: 0.368638668))
        for (row, expected) in zip(rows(byAngles), Self.reference) { #expect((row - expected).length < 2e-9) }
        for (row, expected) in zip(rows(byQuaternion), Self.reference) { #expect((row - expected).length < 5e-9) }
    }

    @Test func `a quaternion of nothing is no rotation`() {
        #expect(Rotation(w: 0, x: 0, y: 0, z: 0) == nil)
        #expect(Rotation(w: .nan, x: 0, y: 0, z: 1) == nil)
    }

    @Test func `composing applies the inner rotation first`() {
        let platform = Rotation(Attitude(yaw: 90, pitch: 0, roll: 0))
        let gimbal = Rotation(Attitude(yaw: 0, pitch: -90, roll: 0))
        let both = (platform * gimbal) * Vector(1, 0, 0)
        #expect((both - Vector(0, 0, 1)).length < 1e-15)
        let right = (platform * gimbal) * Vector(0, 1, 0)
        #expect((right - Vector(-1, 0, 0)).length < 1e-15)
    }

    @Test(arguments: [
        Attitude(yaw: 12, pitch: 34, roll: -56), Attitude(yaw: 350, pitch: -89, roll: 170),
        Attitude(yaw: 33, pitch: -90, roll: 0),
    ]) func `angles come back from the matrix`(_ attitude: Attitude) {
        let back = Rotation(attitude).attitude
        #expect(abs(back.yaw - attitude.yaw) < 1e-9)
        #expect(abs(back.pitch - attitude.pitch) < 1e-9)
        #expect(abs(back.roll - attitude.roll) < 1e-9)
    }

    @Test func `transposing undoes`() {
        let rotation = Rotation(Attitude(yaw: 12, pitch: 34, roll: -56))
        for (row, expected) in zip(rows(rotation * rotation.transposed), rows(.identity)) {
            #expect((row - expected).length < 1e-15)
        }
    }

    @Test func `the local axes stand square and point up`() {
        let frame = LocalFrame(at: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 100))
        let above = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 110)
        #expect((frame.ned(of: above) - Vector(0, 0, -10)).length < 1e-8)
        #expect((frame.enu(of: above) - Vector(0, 0, 10)).length < 1e-8)
        let v = Vector(1, 2, 3)
        #expect((frame.ned(ecef: frame.ecef(ned: v)) - v).length < 1e-12)
    }

    @Test func `a ray straight down meets each height under it`() throws {
        let frame = LocalFrame(at: GeodeticPoint(latitude: 30, longitude: 100, height: 5000))
        let ray = try #require(Ray(origin: frame.center, direction: frame.down * 3))
        for height in [-400.0, 0, 4999] {
            #expect(abs(try #require(ray.distance(toHeight: height)) - (5000 - height)) < 1e-6)
        }
        #expect(ray.distance(toHeight: 5001) == nil)
        #expect(ray.distance(toHeight: .nan) == nil)
        #expect(ray.distance(toHeight: -1e9) == nil)
    }

    @Test func `a ray that rises meets nothing`() throws {
        let frame = LocalFrame(at: GeodeticPoint(latitude: 30, longitude: 100, height: 5000))
        #expect(try #require(Ray(origin: frame.center, direction: frame.up)).distance(toHeight: 0) == nil)
        #expect(try #require(Ray(origin: frame.center, direction: frame.north)).distance(toHeight: 0) == nil)
        #expect(Ray(origin: frame.center, direction: .zero) == nil)
        #expect(Ray(origin: Vector(.nan, 0, 0), direction: frame.north) == nil)
    }
}
