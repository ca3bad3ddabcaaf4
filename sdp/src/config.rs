//! What the parser bears: limits, and leniencies by name.

/// How much a description may hold, and what it may do wrong.
///
/// What is always borne, because real devices do it: line ends of LF alone, empty lines, a missing s= or t=, lines in
/// another order than RFC 8866 §5 has them, an o= without a user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The longest description, in bytes. The default is [`Config::MAX_BYTES`].
    pub max_bytes: usize,
    /// The most lines, empty ones included. The default is [`Config::MAX_LINES`].
    pub max_lines: usize,
    /// The most m= lines. The default is [`Config::MAX_MEDIA`].
    pub max_media: usize,
    /// Whether lines with a type letter that RFC 8866 does not know are kept (the default) or refuse the whole.
    /// RFC 8866 §5 lets a parser ignore or reject; kept, they reach who understands them.
    pub unknown_types: bool,
}

impl Config {
    /// 64 KiB: what fits in a UDP datagram, and ten times the longest offer of a browser.
    pub const MAX_BYTES: usize = 64 * 1024;
    /// 2,000 lines: a browser's offer of audio and video has about 150.
    pub const MAX_LINES: usize = 2_000;
    /// 64 streams.
    pub const MAX_MEDIA: usize = 64;
}

impl Default for Config {
    fn default() -> Self {
        Config {
            max_bytes: Self::MAX_BYTES,
            max_lines: Self::MAX_LINES,
            max_media: Self::MAX_MEDIA,
            unknown_types: true,
        }
    }
}
