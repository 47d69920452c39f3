@testable import KLV

/// The standards' own examples of packs and nested sets, as bytes, with the values they stand for written as ``flat``
/// writes them.
enum PackExamples {
    /// Those of ST 0601 whose encoding gives the same bytes.
    static let reversible: [(tag: Int, hex: String, values: String)] = [
        (
            122, "010E0343414E0003465241",
            "codingMethod=14 overflightCountry=CAN operatorCountry=? countryOfManufacture=FRA"
        ),
        (122, "0101024155025553", "codingMethod=1 overflightCountry=AU operatorCountry=US"),
        (122, "010E0343414E", "codingMethod=14 overflightCountry=CAN"),
        (
            122, "010E000343414E03465241",
            "codingMethod=14 overflightCountry=? operatorCountry=CAN countryOfManufacture=FRA"
        ),
        (
            128, "0D15000007D000000FA04E4E4952" + "0D16000002F8000003E8424C5545",
            "[wavelengthID=21 minimum=1000 maximum=2000 name=NNIR][wavelengthID=22 minimum=380 maximum=500 name=BLUE]"
        ),
        (
            130, "0B406BC20919BDA554070E00" + "0B40783CB819A2927407C600",
            "takeoffLocation{latitude=38.841859 longitude=-77.036784 heightAboveEllipsoid=3} "
                + "recoveryLocation{latitude=38.939353 longitude=-77.459811 heightAboveEllipsoid=95}"
        ),
        (
            130, "08406BC20919BDA554" + "0840783CB819A29274",
            "takeoffLocation{latitude=38.841859 longitude=-77.036784} recoveryLocation{latitude=38.939353 "
                + "longitude=-77.459811}"
        ),
        (
            130, "000B40783CB819A2927407C600",
            "takeoffLocation=? recoveryLocation{latitude=38.939353 longitude=-77.459811 heightAboveEllipsoid=95}"
        ),
        (
            130, "0B406BC20919BDA554070E0000",
            "takeoffLocation{latitude=38.841859 longitude=-77.036784 heightAboveEllipsoid=3} recoveryLocation=?"
        ),
        (
            130, "0B406BC20919BDA554070E00",
            "takeoffLocation{latitude=38.841859 longitude=-77.036784 heightAboveEllipsoid=3}"
        ),
        (
            138,
            "031200000F564953204E6F73652043616D65726115010012" + "41434D4520564953204D6F64656C20313233"
                + "1402001141434D45204952204D6F64656C20343536",
            "payloadCount=3 payloadSeries[payloadID=0 payloadType=0 payloadName=VIS Nose Camera]"
                + "[payloadID=1 payloadType=0 payloadName=ACME VIS Model 123][payloadID=2 payloadType=0 "
                + "payloadName=ACME IR Model 456]"
        ),
        (139, "0B", "payloadID=0 payloadID=1 payloadID=3"),
        (139, "800B", "payloadID=0 payloadID=1 payloadID=3 payloadID=15"),
        (139, "80", "payloadID=7"), (139, "00", ""),
        (
            140,
            "0E01020301820307486172706F6F6E" + "0F000000028804" + "0848656C6C66697265" + "0D01020304010748617270"
                + "6F6F6E",
            "[stationID=1 hardpointID=2 carriageID=3 storeID=1 status{generalStatus=3 fuzeEnabled=1 "
                + "laserEnabled=0 targetEnabled=0 weaponArmed=0} weaponType=Harpoon]"
                + "[stationID=0 hardpointID=0 carriageID=0 storeID=2 status{generalStatus=4 fuzeEnabled=0 "
                + "laserEnabled=0 targetEnabled=1 weaponArmed=0} weaponType=Hellfire]"
                + "[stationID=1 hardpointID=2 carriageID=3 storeID=4 status{generalStatus=1 fuzeEnabled=0 "
                + "laserEnabled=0 targetEnabled=0 weaponArmed=0} weaponType=Harpoon]"
        ),
        (
            140, "0E01020304940307486172706F6F6E",
            "[stationID=1 hardpointID=2 carriageID=3 storeID=4 status{generalStatus=3 fuzeEnabled=0 "
                + "laserEnabled=1 targetEnabled=0 weaponArmed=1} weaponType=Harpoon]"
        ),
        (
            141,
            "0F000001034071D89419BDBFE7089800" + "0F010002024071D38819BCCE2408FC00" + "0F027FFF014071E30819BF2C1B07D000"
                + "0F03FFFE004071E5AF19BF5AA7096000",
            "[waypointID=0 prosecutionOrder=1 info{manualMode=1 adHocSource=1} latitude=38.889422 "
                + "longitude=-77.035162 heightAboveEllipsoid=200]"
                + "[waypointID=1 prosecutionOrder=2 info{manualMode=0 adHocSource=1} latitude=38.889268 "
                + "longitude=-77.049918 heightAboveEllipsoid=250]"
                + "[waypointID=2 prosecutionOrder=32767 info{manualMode=1 adHocSource=0} latitude=38.889741 "
                + "longitude=-77.012933 heightAboveEllipsoid=100]"
                + "[waypointID=3 prosecutionOrder=-2 info{manualMode=0 adHocSource=0} latitude=38.889822 "
                + "longitude=-77.010092 heightAboveEllipsoid=300]"
        ),
        (142, "063480004B0000061A40000C8000", "azimuth{start=210 range=300} elevation{start=-75 range=50}"),
        (142, "0006" + "1A40000C8000", "azimuth=? elevation{start=-75 range=50}"),
        (143, "05", "localID=5"),
        (143, "00F592F02373364AF8AA9162C00F2EB2DA", "localID=0 uuid=f592f023-7336-4af8-aa91-62c00f2eb2da"),
    ]

    /// Values with at most six decimals, `?` for unknown ones; sets in braces, members of a series in brackets.
    static func flat(_ value: LocalSetValue) -> String {
        switch value {
        case .unknown: "=?"
        case .unsigned(let number): "=\(number)"
        case .signed(let number): "=\(number)"
        case .real(let number):
            "=" + ((number * 1e6).rounded() == (number.rounded() * 1e6) ? "\(Int(number.rounded()))" : rounded(number))
        case .text(let text): "=" + text
        case .special(let special): "=" + special.rawValue
        case .raw(let bytes): "=raw\(bytes.count)"
        case .set(let items): "{" + flat(items) + "}"
        case .series(let elements): elements.map { "[" + flat($0.items) + "]" }.joined()
        }
    }

    static func flat(_ items: [LocalSetItem]) -> String {
        items.map { $0.name + flat($0.value) }.joined(separator: " ")
    }

    private static func rounded(_ number: Double) -> String {
        let millionths = (abs(number) * 1e6).rounded()
        var digits = String(Int(millionths) % 1_000_000 + 1_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return (number < 0 ? "-" : "") + "\(Int(millionths) / 1_000_000).\(digits)"
    }
}
