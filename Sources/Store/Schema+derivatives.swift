extension Schema {
    /// Pictures that were made of others to be sent.
    static let derivatives: [String] = []
}
