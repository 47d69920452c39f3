import Geodesy
import Inspection
import KLV

/// One frame's ST 0601 packet: the stated pose, what follows from it on the ground, and the analyser's VMTI set.
struct MetadataEncoder: Sendable {
    let scenario: Scenario
    let site: Site
    let camera: PinholeCamera

    /// `sightings` is nil for a frame that the analyser did not look at.
    func packet(_ pose: Pose, frame: Int, sightings: [Sighting]?) throws(KLVError) -> [UInt8] {
        let utc = scenario.start.advanced(byMicroseconds: scenario.microseconds(ofFrame: frame))
        let microseconds = UInt64(clamping: utc.microseconds)
        var items: [LocalSetItem] = [
            LocalSetItem(2, .unsigned(microseconds)),
            LocalSetItem(3, .text(String(scenario.name.prefix(40)))),
            LocalSetItem(5, .real(pose.airframe.yaw)),
            LocalSetItem(6, .real(pose.airframe.pitch)),
            LocalSetItem(7, .real(pose.airframe.roll)),
            LocalSetItem(10, .text("FlyOnce simulator")),
            LocalSetItem(11, .text("EO")),
            LocalSetItem(12, .text("WGS-84")),
            LocalSetItem(13, .real(pose.sensor.latitude)),
            LocalSetItem(14, .real(pose.sensor.longitude)),
        ]
        let relative = pose.cameraInAirframe
        if scenario.stated.heightAboveGeoid {
            items.append(LocalSetItem(15, .real(pose.sensor.height - scenario.stated.undulation)))
        }
        items += [
            LocalSetItem(16, .real(scenario.camera.horizontalFieldOfView)),
            LocalSetItem(17, .real(camera.verticalFieldOfView)),
            LocalSetItem(18, .real(bearing(relative.yaw))),
            LocalSetItem(19, .real(relative.pitch)),
            LocalSetItem(20, .real(bearing(relative.roll))),
        ]
        items += ground(pose)
        items.append(LocalSetItem(48, .set(Self.security)))
        items.append(LocalSetItem(56, .unsigned(UInt64(min(max(pose.groundSpeed, 0), 255).rounded()))))
        items.append(LocalSetItem(65, .unsigned(ST0601.version)))
        if let sightings { items.append(LocalSetItem(74, .set(targets(sightings, frame: frame, at: microseconds)))) }
        if scenario.stated.heightAboveEllipsoid { items.append(LocalSetItem(75, .real(pose.sensor.height))) }
        items.append(LocalSetItem(90, .real(pose.airframe.pitch)))
        items.append(LocalSetItem(91, .real(pose.airframe.roll)))
        if scenario.stated.heightAboveEllipsoid { items.append(LocalSetItem(104, .real(pose.sensor.height))) }
        return try ST0601.encode(items)
    }

    /// Slant range, target width, frame centre and corners, by the stated pose: what misses the ground is left out.
    private func ground(_ pose: Pose) -> [LocalSetItem] {
        let view = View(camera: camera, position: pose.sensor, attitude: pose.camera, site: site)
        let (w, h) = (Double(camera.width), Double(camera.height))
        guard let center = view.ground(u: w / 2, v: h / 2) else { return [] }
        var items = [LocalSetItem(21, .real(center.range))]
        if let left = view.ground(u: 0, v: h / 2), let right = view.ground(u: w, v: h / 2) {
            items.append(LocalSetItem(22, .real((right.point.ecef - left.point.ecef).length)))
        }
        items.append(LocalSetItem(23, .real(center.point.latitude)))
        items.append(LocalSetItem(24, .real(center.point.longitude)))
        if scenario.stated.heightAboveGeoid {
            items.append(LocalSetItem(25, .real(center.point.height - scenario.stated.undulation)))
        }
        let corners = [(0, 0), (w, 0), (w, h), (0, h)].compactMap { view.ground(u: $0.0, v: $0.1)?.point }
        if corners.count == 4 {
            let offsets = corners.map { ($0.latitude - center.point.latitude, $0.longitude - center.point.longitude) }
            if offsets.allSatisfy({ abs($0.0) < 0.075 && abs($0.1) < 0.075 }) {
                for (index, offset) in offsets.enumerated() {
                    items.append(LocalSetItem(26 + 2 * index, .real(offset.0)))
                    items.append(LocalSetItem(27 + 2 * index, .real(offset.1)))
                }
            }
        }
        if scenario.stated.heightAboveEllipsoid { items.append(LocalSetItem(78, .real(center.point.height))) }
        if corners.count == 4 {
            for (index, corner) in corners.enumerated() {
                items.append(LocalSetItem(82 + 2 * index, .real(corner.latitude)))
                items.append(LocalSetItem(83 + 2 * index, .real(corner.longitude)))
            }
        }
        return items
    }

    /// ST 0102.12: unclassified, China by ISO 3166 in two letters.
    private static let security: [LocalSetItem] = [
        LocalSetItem(1, .unsigned(1)), LocalSetItem(2, .unsigned(1)), LocalSetItem(3, .text("//CN")),
        LocalSetItem(12, .unsigned(1)), LocalSetItem(13, .text("CN")), LocalSetItem(22, .unsigned(12)),
    ]

    private static let ontology = "https://flyonce.example/ontology/objects"

    /// ST 0903.6: labels are classes of one ontology, named once a set and referred to by every target.
    private func targets(_ sightings: [Sighting], frame: Int, at microseconds: UInt64) -> [LocalSetItem] {
        let labels = Set(sightings.map(\.label)).sorted()
        let total = LocalSetValue.unsigned(UInt64(sightings.count))
        var items: [LocalSetItem] = [
            LocalSetItem(2, .unsigned(microseconds)),
            LocalSetItem(3, .text("simulated-analyser")),
            LocalSetItem(4, .unsigned(6)),
            LocalSetItem(5, total),
            LocalSetItem(6, total),
            LocalSetItem(7, .unsigned(UInt64(frame & 0xFF_FFFF))),
            LocalSetItem(8, .unsigned(UInt64(camera.width))),
            LocalSetItem(9, .unsigned(UInt64(camera.height))),
            LocalSetItem(11, .real(scenario.camera.horizontalFieldOfView)),
            LocalSetItem(12, .real(camera.verticalFieldOfView)),
        ]
        guard !sightings.isEmpty else { return items }
        items.append(LocalSetItem(101, .series(sightings.map { target($0, labels: labels) })))
        items.append(
            LocalSetItem(
                102,
                .series([
                    SeriesElement(items: [
                        LocalSetItem(1, .unsigned(1)), LocalSetItem(2, .text("simulated-analyser")),
                        LocalSetItem(3, .text("1.0")), LocalSetItem(4, .text("detector")),
                    ])
                ])))
        items.append(
            LocalSetItem(
                103,
                .series(
                    labels.enumerated().map { index, label in
                        SeriesElement(items: [
                            LocalSetItem(1, .unsigned(UInt64(index + 1))), LocalSetItem(3, .text(Self.ontology)),
                            LocalSetItem(4, .text(Self.ontology + "#" + label)), LocalSetItem(6, .text(label)),
                        ])
                    })))
        return items
    }

    private func target(_ sighting: Sighting, labels: [String]) -> SeriesElement {
        let (box, percent) = (sighting.box, (sighting.confidence * 100).rounded())
        let classID = UInt64((labels.firstIndex(of: sighting.label) ?? 0) + 1)
        return SeriesElement(
            id: sighting.target,
            items: [
                LocalSetItem(1, .unsigned(pixel((box.left + box.right) / 2, (box.top + box.bottom) / 2))),
                LocalSetItem(2, .unsigned(pixel(box.left + 0.5, box.top + 0.5))),
                LocalSetItem(3, .unsigned(pixel(box.right - 0.5, box.bottom - 0.5))),
                LocalSetItem(4, .unsigned(1)),
                LocalSetItem(5, .unsigned(UInt64(min(max(percent, 0), 100)))),
                LocalSetItem(22, .unsigned(1)),
                LocalSetItem(
                    107,
                    .series([
                        SeriesElement(items: [
                            LocalSetItem(3, .unsigned(classID)), LocalSetItem(4, .real(sighting.confidence * 100)),
                        ])
                    ])),
            ])
    }

    /// The number of the pixel that holds a point: (row − 1) × width + column, both from 1.
    private func pixel(_ u: Double, _ v: Double) -> UInt64 {
        let column = min(max(Int(min(max(u, 0), 1e6).rounded(.down)), 0), camera.width - 1)
        let row = min(max(Int(min(max(v, 0), 1e6).rounded(.down)), 0), camera.height - 1)
        return UInt64(row * camera.width + column + 1)
    }
}
