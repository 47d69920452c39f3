import Foundation
import Testing

@testable import Geodesy

@Suite struct TerrainUnpackingTests {
    /// What `text` deflates to with codes of its own, and with the fixed ones; and numbers with codes of their own.
    static let dynamic =
        "eNpNlOtXUlEQR38X6///loaKysPwmY+ytNQyZWHmMrWVpdk7BUvAF6IotM+ci1xm3QvrPmaf2WcG5bWhHX3VH/3TKceJLlVXM+jQFd+3aqhJNFRRWcc60qF+64M2ta5V5fRGi3qsMY1oSI80qIdEXD1KqF9pfvVxHuKJGTsWtKJ3vP1FH7VPnr9Gq+gC1m0QBB3BfV1DdXHNtSMVWNdPfeONT8prWa81rzk9UxZWWikliZQ6oXbDHFBGvVzJalxP9ZLVzfOOI+6RZV+/yFhRVfVAVmUjUBAL7vHbRVXnGKjoO0/ussJtzCzqhZ6Ta0oT5OynngTRB+mBumD6+sapfUxPeHYJK8ta491diEWyFfF2QTWNIBYabUIlYJ2ETgvsgHf61pxOQ/NOsziMw/FGU9Tp6nO0aY1yzGFkVe+xswXxB5kcraQz1XQDxRu9CaPO/kadrkWcjpjTjFlNh0Z7bRe7OQ9yfwoTi5rl+TzEHTJ8xtUhtHMqa+Dvml30RmtcqRFVVnOK97bTpTunrsokuX20jCasvlG4w5o0Yk6v1OrSAyo4sE6tuY7h7I26T4x1nNkOHtNZezhpO50x2jh5h3HpwxlNwuzhO8P1CXxP0FuuS9d5d4P1tubCdWrV5iIWGnWT0eBcNlqBVTmnG3dOF6C1piJDdIVG+/Abh52yuXBdOoP/lbBLo3NxY15bRq+gupm44s4FtLbT3J1TV6Xbv4EwnNE4zAGrz8+F71I/F9s2F8X2XDDpl24XzWiM/wC3f34qSriIOp012qQ5TcBw4Y122lykjBadi83IXJTtsL6B5I36f5qmTUUJB0WrciviFNp/d5/E+g=="
    static let fixed =
        "eAFzzUktSyzJzM9TcB1lDQIWAyMTMwsrGzsHJxc3Dy8fv4CgkLCIqJi4hKSUtIysnLyCopKyiqqauoamlraOrp6+gaGRsYmpmbmFpZW1ja2dvYOjk7OLq5u7h6eXt4+vn39AYFBwSGhYeERkVHRMbFx8QmJSckpqWnpGZlZ2Tm5efkFhUXFJaVl5RWVVdU1tXX1DY1NzS2tbe0dnV3dPb1//hImTJk+ZOm36jJmzZs+ZO2/+goWLFi9Zumz5ipWrVq9Zu279ho2bNm/Zum37jp27du/Zu2//gYOHDh85euz4iZOnTp85e+78hYuXLl+5eu36jZu3bt+5e+/+g4ePHj95+uz5i5evXr95++79h4+fPn/5+u37j5+/fv/5++//qP9Htv9LMlIVCkszk7MVkoryy/MU0vIrFLJKcwuKFfLLUosUQNI5iVWVCin56UNJKQBxW2WU"

    static func bytes(_ text: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: text))) }

    static let text: [UInt8] = {
        var text = Array(String(repeating: "Elevation ", count: 40).utf8)
        for _ in 0..<3 { text += 0...255 }
        return text + Array(String(repeating: "the quick brown fox jumps over the lazy dog", count: 5).utf8)
    }()

    @Test func `inflates fixed codes, far copies and overlapping ones`() throws {
        #expect(try Inflate.zlib(Self.bytes(Self.fixed), count: Self.text.count) == Self.text)
    }

    @Test func `inflates codes of the stream's own`() throws {
        let numbers = (0..<600).flatMap { index in
            let value = Int(200 + 50 * sin(Double(index) / 9) + Double(index * 7919 % 13))
            return [UInt8(value >> 8), UInt8(value & 255)]
        }
        #expect(try Inflate.zlib(Self.bytes(Self.dynamic), count: 1200) == numbers)
    }

    @Test func `inflates what is stored`() throws {
        #expect(try Inflate.zlib(TIFFBuilder.stored(Self.text), count: Self.text.count) == Self.text)
    }

    @Test func `refuses a stream that is cut anywhere, longer or shorter than said, or changed`() throws {
        let packed = try Self.bytes(Self.dynamic)
        for length in 0..<packed.count {
            #expect(throws: Inflate.Failure.self) { try Inflate.zlib(Array(packed[..<length]), count: 1200) }
        }
        for count in [0, 1199, 1201] {
            #expect(throws: Inflate.Failure.self) { try Inflate.zlib(packed, count: count) }
        }
        for place in packed.indices {
            var changed = packed
            changed[place] ^= 1
            // The header's own bits for the level and the window are not about the data.
            if place > 1 { #expect(throws: Inflate.Failure.self) { try Inflate.zlib(changed, count: 1200) } }
        }
    }

    /// Long enough for codes of twelve bits and a table that begins anew.
    static let long = (0..<9000).map { UInt8(truncatingIfNeeded: $0 * $0 / 37 + $0 % 11) }

    @Test(arguments: [0, 1, 2, 300, 1000, 9000])
    func `unpacks LZW and PackBits`(length: Int) throws {
        let plain = Array(Self.long[..<length])
        #expect(try TIFFCompression.lzw.unpack(TIFFBuilder.lzw(plain), count: length) == plain)
        #expect(try TIFFCompression.packBits.unpack(TIFFBuilder.packBits(plain), count: length) == plain)
        let even = [UInt8](repeating: 7, count: length)
        #expect(try TIFFCompression.lzw.unpack(TIFFBuilder.lzw(even), count: length) == even)
        #expect(try TIFFCompression.packBits.unpack(TIFFBuilder.packBits(even), count: length) == even)
    }

    @Test(arguments: [TIFFCompression.lzw, .packBits, .none])
    func `refuses packed bytes that end early`(compression: TIFFCompression) {
        let plain = Array(Self.long[..<300])
        let packed =
            compression == .lzw
            ? TIFFBuilder.lzw(plain) : compression == .packBits ? TIFFBuilder.packBits(plain) : plain
        #expect(throws: TIFFCompression.Failure.self) {
            try compression.unpack(Array(packed[..<(packed.count / 2)]), count: 300)
        }
        #expect(throws: TIFFCompression.Failure.self) { try compression.unpack([], count: 300) }
    }
}
