import Geodesy
import Testing

@Suite struct RotationVectorTests {
    @Test(arguments: [
        (Rotation.aboutDown(30), Vector(0, 0, 30)), (.aboutRight(-75), Vector(0, -75, 0)),
        (.aboutForward(179), Vector(179, 0, 0)), (.identity, Vector(0, 0, 0)), (.aboutDown(1e-7), Vector(0, 0, 1e-7)),
    ]) func `a turn about one axis is told as such`(_ rotation: Rotation, _ expected: Vector) {
        #expect((rotation.vector - expected).length < 1e-9)
    }

    @Test func `the axis stays where it is, and turning back tells the opposite`() {
        let rotation = Rotation(Attitude(yaw: 123, pitch: -40, roll: 25))
        let vector = rotation.vector
        #expect((rotation * vector - vector).length < 1e-9)
        #expect((rotation.transposed.vector + vector).length < 1e-9)
        // cos = (trace − 1) / 2.
        let (a, b, c) = rotation.rows
        let cosine = (a.x + b.y + c.z - 1) / 2
        #expect(abs((Rotation.aboutDown(vector.length) * Vector(1, 0, 0)).x - cosine) < 1e-12)
    }
}
