//! Bounds on what a stranger may send.

/// The largest message that is read. Over a limit, parsing fails with [`ErrorKind::TooLarge`](crate::ErrorKind) or
/// [`TooMany`](crate::ErrorKind::TooMany) in the place that names the limit.
///
/// They hold for datagrams as for streams, to the byte. A datagram is here as a whole when it is parsed; on a stream, where
/// bytes arrive piecemeal, [`Framer`](crate::stream::Framer) looks at each limit before it keeps a byte more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the start line, with its line end. Default 8,192. Names itself as
    /// [`Place::StartLine`](crate::Place).
    pub start_line: usize,
    /// Bytes of one header line, with what is folded onto it and its line end. Default 16,384: signed
    /// identities and certificates are the longest. Names itself as [`Place::HeaderLine`](crate::Place).
    pub header_line: usize,
    /// Bytes of start line and headers together, without the empty line after them; in a datagram with the empty lines
    /// before them. Default 65,535: what fits a datagram.
    pub head: usize,
    /// Number of header lines. Default 256.
    pub headers: usize,
    /// Bytes of body. Default 1 MiB.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { start_line: 8_192, header_line: 16_384, head: 65_535, headers: 256, body: 1 << 20 }
    }
}
