import CGStreamer

extension Element {
    /// Believes servers that the authorities of this PEM file vouch for, and no others. Wraps `g_tls_file_database_new` and
    /// the property `tls-database`. The path is absolute.
    public func setAuthority(file: String) throws(GStreamerError) {
        guard unsafe shim_has_property(pointer, "tls-database") != 0 else {
            throw GStreamerError(domain: .owner, element: name, text: "has no property tls-database")
        }
        var error: UnsafeMutablePointer<GError>?
        guard unsafe shim_set_authority(pointer, file, &error) != 0 else {
            throw unsafe GStreamerError.taking(error, element: name, debug: "")
        }
    }
}

extension Library {
    /// False when GIO has no TLS of its own: Debian's package glib-networking.
    public static var supportsTLS: Bool { shim_supports_tls() != 0 }
}
