//! What a stream holds.

use bytes::Bytes;

/// The next thing in a stream.
#[must_use = "a message dropped is lost"]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Framed {
    /// A whole message: head and as much body as its Content-Length says.
    Message(Bytes),
    /// Two CRLFs between messages: to be answered with one, at once (RFC 5626 §4.4.1, §5.4).
    Ping,
    /// One CRLF between messages: the answer to a ping of ours.
    Pong,
    /// All that was pushed is taken, and more is needed.
    Incomplete,
}

impl Framed {
    /// What a WebSocket frame is: a message is one frame and a frame one message (RFC 7118 §5), so there is nothing to
    /// cut. Two CRLFs alone are a ping and one a pong, as RFC 7118 §6 allows; an empty frame is [`Incomplete`].
    ///
    /// [`Incomplete`]: Framed::Incomplete
    pub fn of_frame(frame: Bytes) -> Framed {
        match &frame[..] {
            b"" => Framed::Incomplete,
            b"\r\n" => Framed::Pong,
            b"\r\n\r\n" => Framed::Ping,
            _ => Framed::Message(frame),
        }
    }
}
