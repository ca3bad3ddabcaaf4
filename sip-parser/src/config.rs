//! Bounds on what a stranger may send.

/// The largest message that is read. Over a limit, parsing fails with [`ErrorKind::TooLarge`](crate::ErrorKind) in the
/// place that names the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of start line and headers together, without the empty line after them. Default 65,535: what fits a datagram.
    pub head: usize,
    /// Number of header lines. Default 256.
    pub headers: usize,
    /// Bytes of body. Default 1 MiB.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { head: 65_535, headers: 256, body: 1 << 20 }
    }
}
