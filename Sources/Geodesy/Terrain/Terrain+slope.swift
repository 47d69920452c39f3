extension Terrain {
    /// Metres that the ground rises per metre north and east, over `span` metres around a place; nil beside holes.
    public func slope(
        latitude: Double, longitude: Double, span: Double = 30
    ) -> (north: Double, east: Double)? {
        let scale = WGS84.metersPerDegree(latitude: latitude)
        guard span > 0, scale.east > 1 else { return nil }
        let (up, right) = (span / 2 / scale.north, span / 2 / scale.east)
        guard let north = height(latitude: latitude + up, longitude: longitude),
            let south = height(latitude: latitude - up, longitude: longitude),
            let east = height(latitude: latitude, longitude: (longitude + right).wrappedLongitude),
            let west = height(latitude: latitude, longitude: (longitude - right).wrappedLongitude)
        else { return nil }
        return ((north - south) / span, (east - west) / span)
    }
}
