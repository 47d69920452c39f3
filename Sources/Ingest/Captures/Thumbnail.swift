/// How large the small picture for lists and maps is.
enum Thumbnail {
    /// Pixels, of the longer side.
    static let longSide = 480
    /// Of JPEG, 1…100.
    static let quality = 75

    /// In the shape of the whole picture, never larger than it, and never less than a pixel.
    static func size(width: Int, height: Int) -> (width: Int, height: Int) {
        let longer = max(width, height)
        guard longer > longSide else { return (max(width, 1), max(height, 1)) }
        func scaled(_ side: Int) -> Int { max(1, (max(side, 1) * longSide + longer / 2) / longer) }
        return (scaled(width), scaled(height))
    }
}
