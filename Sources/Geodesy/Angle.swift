#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Double {
    var radians: Double { self * (.pi / 180) }
    var degrees: Double { self * (180 / .pi) }

    /// These degrees brought into −180..<180.
    var wrappedLongitude: Double {
        if self >= -180, self < 180 { return self }
        let turned = (self + 180).truncatingRemainder(dividingBy: 360)
        return (turned < 0 ? turned + 360 : turned) - 180
    }

    /// These degrees brought into 0..<360.
    var wrappedAzimuth: Double {
        let turned = truncatingRemainder(dividingBy: 360)
        let positive = turned < 0 ? turned + 360 : turned
        return positive >= 360 ? 0 : positive
    }
}

/// Sine and cosine of degrees, exact at the quarter turns: a nadir camera looks straight down, not 6e-17 aside.
func sineCosine(degrees: Double) -> (sine: Double, cosine: Double) {
    let turned = degrees.truncatingRemainder(dividingBy: 360)
    switch turned {
    case 0: return (0, 1)
    case 90, -270: return (1, 0)
    case 180, -180: return (0, -1)
    case -90, 270: return (-1, 0)
    default: return (sin(turned.radians), cos(turned.radians))
    }
}
