/// What an element of a metadata stream is, by where it stands.
enum ONVIFRole: Sendable, Hashable {
    /// Around the frames: `MetadataStream`, `VideoAnalytics`, and whatever else a document has outside of them.
    case outer
    case events
    /// Not read, with all that is in it.
    case ignored
    case frame, object, appearance, behaviour
    case frameTransformation, objectTransformation, translate, scale
    case shape, boundingBox, polygon, point
    case color, cluster, clusterColor, clusterWeight
    case classes, type, candidate, classExtension, otherTypes, entryType, entryLikelihood
    case geoLocation, vehicle, vehicleType, vehicleBrand, vehicleModel
    case speed, direction, idle, removed
    case tree, rename, split, merge, relationFrom, relationTo, deleted
    case ptzStatus, notification

    private static let children: [ONVIFRole: [String: ONVIFRole]] = [
        .outer: ["Frame": .frame, "Event": .events, "PTZStatus": .ptzStatus],
        .frame: [
            "Transformation": .frameTransformation, "Object": .object, "ObjectTree": .tree, "PTZStatus": .ptzStatus,
        ],
        .frameTransformation: ["Translate": .translate, "Scale": .scale],
        .objectTransformation: ["Translate": .translate, "Scale": .scale],
        .object: ["Appearance": .appearance, "Behaviour": .behaviour],
        .appearance: [
            "Transformation": .objectTransformation, "Shape": .shape, "Color": .color, "Class": .classes,
            "GeoLocation": .geoLocation, "VehicleInfo": .vehicle,
        ],
        .shape: ["BoundingBox": .boundingBox, "Polygon": .polygon],
        .polygon: ["Point": .point],
        .color: ["ColorCluster": .cluster],
        .cluster: ["Color": .clusterColor, "Weight": .clusterWeight],
        .classes: ["Type": .type, "ClassCandidate": .candidate, "Extension": .classExtension],
        .candidate: ["Type": .entryType, "Likelihood": .entryLikelihood],
        .classExtension: ["OtherTypes": .otherTypes],
        .otherTypes: ["Type": .entryType, "Likelihood": .entryLikelihood],
        .vehicle: ["Type": .vehicleType, "Brand": .vehicleBrand, "Model": .vehicleModel, "Color": .color],
        .behaviour: ["Speed": .speed, "Direction": .direction, "Idle": .idle, "Removed": .removed],
        .tree: ["Rename": .rename, "Split": .split, "Merge": .merge, "Delete": .deleted],
        // The specification's text writes From and To, its schema from and to.
        .rename: relation, .split: relation, .merge: relation,
    ]
    private static let relation: [String: ONVIFRole] = [
        "from": .relationFrom, "From": .relationFrom, "to": .relationTo, "To": .relationTo,
    ]
    private static let schema = "://www.onvif.org/ver10/schema"

    /// What the element `name` within an element of this role is.
    func child(_ name: XMLName) -> ONVIFRole {
        if self == .events { return name.local == "NotificationMessage" ? .notification : .ignored }
        // Some senders bind no namespace to their prefix.
        let isSchema = name.namespace.map { $0.hasSuffix(Self.schema) || $0.hasSuffix(Self.schema + "/") } ?? true
        let found = isSchema ? Self.children[self]?[name.local] : nil
        return found ?? (self == .outer ? .outer : .ignored)
    }
}
