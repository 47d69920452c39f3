public import Geodesy
public import Inspection

/// Where the port finds what flights saw of the ground, and the areas that they saw it of.
public struct CoverageDesk: Sendable {
    /// An area of the settings.
    public struct Area: Sendable {
        public var name: String
        public var kind: String
        public var shape: GroundShape

        public init(name: String, kind: String, shape: GroundShape) {
            self.name = name
            self.kind = kind
            self.shape = shape
        }
    }

    let store: any CoverageStore
    /// Areas that touch a box, and how many at most.
    let areas: @Sendable (BoundingBox, Int) -> [Area]

    public init(store: any CoverageStore, areas: @escaping @Sendable (BoundingBox, Int) -> [Area]) {
        self.store = store
        self.areas = areas
    }
}
