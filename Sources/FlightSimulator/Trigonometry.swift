#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The C library's functions in degrees, which every angle of this module is in.
func sine(degrees: Double) -> Double { sin(degrees * .pi / 180) }
func cosine(degrees: Double) -> Double { cos(degrees * .pi / 180) }
func tangent(degrees: Double) -> Double { tan(degrees * .pi / 180) }

/// −180…180.
func arctangent(_ y: Double, _ x: Double) -> Double { atan2(y, x) * 180 / .pi }

/// −90…90; what lies outside −1…1 by rounding is taken as the end.
func arcsine(_ value: Double) -> Double { asin(min(max(value, -1), 1)) * 180 / .pi }

func exponential(_ value: Double) -> Double { exp(value) }
func naturalLogarithm(_ value: Double) -> Double { log(value) }
func binaryLogarithm(_ value: Double) -> Double { log2(value) }

/// The shortest turn from one bearing to another, −180..<180 degrees.
func turn(from: Double, to: Double) -> Double {
    let difference = (to - from).truncatingRemainder(dividingBy: 360)
    return difference >= 180 ? difference - 360 : difference < -180 ? difference + 360 : difference
}

/// A bearing in 0..<360.
func bearing(_ degrees: Double) -> Double {
    let rest = degrees.truncatingRemainder(dividingBy: 360)
    return rest < 0 ? rest + 360 : rest
}
