import Foundation
import Geodesy
import Inspection
import Testing

@Suite struct KMLDocumentTests {
    static func place(_ latitude: Double, _ longitude: Double, _ height: Double = 0) -> GeodeticPoint {
        GeodeticPoint(latitude: latitude, longitude: longitude, height: height)
    }

    @Test func `a place is a placemark, longitude first and without a height`() {
        var document = KMLDocument(name: "复飞")
        let isAdded = document.add(
            name: "垃圾", description: "seen 2026-11-21", at: Self.place(29.137, 118.415, 120),
            values: [("ce90_m", "4.2"), ("id", "7")])
        #expect(isAdded)
        let expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <kml xmlns="http://www.opengis.net/kml/2.2">
            <Document>
            <name>复飞</name>
            <Placemark><name>垃圾</name><description>seen 2026-11-21</description><ExtendedData><Data name="ce90_m">\
            <value>4.2</value></Data><Data name="id"><value>7</value></Data></ExtendedData><Point><coordinates>\
            118.415000,29.137000</coordinates></Point></Placemark>
            </Document>
            </kml>

            """
        #expect(String(decoding: document.bytes, as: UTF8.self) == expected)
    }

    @Test func `no text breaks out of its element`() {
        var document = KMLDocument(name: "a<b>&\"c'")
        document.add(
            name: "]]></name>", description: "\u{0}\u{1}\u{FFFF}\n\r\t<script>", at: Self.place(-0.0, -1e-9),
            values: [("x\" y=\"", "<v>&amp;")])
        let text = String(decoding: document.bytes, as: UTF8.self)
        #expect(text.contains("<name>a&lt;b&gt;&amp;&quot;c&apos;</name>"))
        #expect(text.contains("<name>]]&gt;&lt;/name&gt;</name>"))
        #expect(text.contains("<description>   &#10;&#13;&#9;&lt;script&gt;</description>"))
        #expect(text.contains("<Data name=\"x&quot; y=&quot;\"><value>&lt;v&gt;&amp;amp;</value></Data>"))
        #expect(text.contains("<coordinates>0.000000,0.000000</coordinates>"))
    }

    @Test(arguments: [
        (Double.nan, 0.0), (0, .nan), (.infinity, 0), (90.1, 0), (0, 180.1), (-91, 0), (0, -.infinity),
    ]) func `what is off the globe is not written`(_ latitude: Double, _ longitude: Double) {
        var document = KMLDocument(name: "x")
        let before = document.bytes
        let isAdded = document.add(name: "a", description: "", at: Self.place(latitude, longitude))
        #expect(!isAdded && document.bytes == before)
    }
}
