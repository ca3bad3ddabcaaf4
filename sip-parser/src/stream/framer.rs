//! Bytes in, messages out.

use super::framed::Framed;
use super::head::Head;
use crate::config::Limits;
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan;
use bytes::BytesMut;
use std::fmt;

/// Cuts one direction of one connection into messages.
///
/// ```text
///             CR, LF                                  Content-Length: n
///            ┌──────┐  token   ┌──────┐  empty line   ┌──────┐
///  start ──► │      ▼ ───────► │ Head │ ────────────► │ Body │
///            └─ Between ◄──┐   └──┬───┘               └──┬───┘
///                          └──────┼─────── Message ──────┘
///                                 ▼ a limit, no or two Content-Lengths, garbage
///                               Dead
/// ```
///
/// Every limit is checked before a byte more is kept, so what it holds is never more than the limits say, and nothing is
/// set aside for a body that is only promised. Messages are slices of one buffer: the copy in is the only one.
pub struct Framer {
    limits: Limits,
    buf: BytesMut,
    state: State,
    /// Pings of ours that are not answered yet.
    pings: u32,
    #[cfg(test)]
    looked: usize,
}

#[derive(Debug)]
enum State {
    /// `cr`: the last byte was one. `half`: a CRLF was there that may be the first of two.
    Between {
        cr: bool,
        half: bool,
    },
    Head(Head),
    Body {
        missing: usize,
    },
    Dead(ParseError),
}

impl Framer {
    /// A framer at the start of a stream.
    pub fn new(limits: Limits) -> Self {
        Framer {
            limits,
            buf: BytesMut::new(),
            state: State::Between { cr: false, half: false },
            pings: 0,
            #[cfg(test)]
            looked: 0,
        }
    }

    /// Takes from the front of `input` up to the end of the next message, ping or pong, and moves `input` on past what it
    /// took. To be called until it answers [`Framed::Incomplete`], which has taken all.
    ///
    /// # Errors
    /// What breaks a limit (the error names which), a message without Content-Length (RFC 3261 §20.14), with two that
    /// differ or with one that is no number, and bytes that begin no message. Where the next message begins is then not
    /// known: the stream is dead, and every further call takes nothing and answers the same. What is left of the message
    /// is in [`pending`](Framer::pending), enough for [`Message::parse_or_salvage`](crate::Message::parse_or_salvage) to
    /// answer it before the connection is closed. Offsets count from the start of the message.
    pub fn push(&mut self, input: &mut &[u8]) -> Result<Framed, ParseError> {
        let framed = self.next(input);
        if let Err(error) = framed {
            self.state = State::Dead(error);
        }
        framed
    }

    fn next(&mut self, input: &mut &[u8]) -> Result<Framed, ParseError> {
        loop {
            match &mut self.state {
                State::Dead(error) => return Err(*error),
                State::Body { missing } => {
                    let (body, rest) = input.split_at((*missing).min(input.len()));
                    self.buf.extend_from_slice(body);
                    *input = rest;
                    *missing -= body.len();
                    if *missing > 0 {
                        return Ok(Framed::Incomplete);
                    }
                    self.state = State::Between { cr: false, half: false };
                    return Ok(Framed::Message(self.buf.split().freeze()));
                }
                _ if input.is_empty() => return Ok(Framed::Incomplete),
                State::Between { .. } => {
                    if let Some(framed) = self.between(input)? {
                        return Ok(framed);
                    }
                }
                State::Head(head) => {
                    #[cfg(test)]
                    let before = head.looked;
                    let length = head.push(&mut self.buf, input, &self.limits)?;
                    #[cfg(test)]
                    {
                        self.looked += head.looked - before;
                    }
                    if let Some(missing) = length {
                        self.state = State::Body { missing };
                    }
                }
            }
        }
    }

    /// Line ends between messages are keep-alives, or say nothing (RFC 3261 §7.5). Anything else begins a message.
    fn between(&mut self, input: &mut &[u8]) -> Result<Option<Framed>, ParseError> {
        let State::Between { cr, half } = &mut self.state else { return Ok(None) };
        while let Some((&first, rest)) = input.split_first() {
            #[cfg(test)]
            {
                self.looked += 1;
            }
            match first {
                b'\r' => *cr = true,
                b'\n' if std::mem::take(cr) => {
                    *input = rest;
                    if self.pings > 0 {
                        self.pings -= 1;
                        return Ok(Some(Framed::Pong));
                    }
                    *half = !*half;
                    if !*half {
                        return Ok(Some(Framed::Ping));
                    }
                    continue;
                }
                b'\n' => {}
                _ if scan::is_token(first) => {
                    self.state = State::Head(Head::default());
                    return Ok(None);
                }
                _ => return Err(ParseError::new(ErrorKind::BadCharacter, Place::StartLine, 0)),
            }
            *input = rest;
        }
        Ok(None)
    }

    /// To be called for each ping that is sent: the next CRLF between messages is its answer. One CRLF is a pong and two
    /// are a ping, so what the first of two means cannot be told from the bytes, and must not hang on where a segment
    /// ends. A pong that nobody waits for says nothing and is passed over.
    pub fn expect_pong(&mut self) {
        self.pings = self.pings.saturating_add(1);
    }

    /// What has arrived of the message under way; of the bad one once the stream is dead. At the end of the stream it
    /// says whether a message was cut off.
    pub fn pending(&self) -> &[u8] {
        &self.buf
    }

    /// Whether no message is under way, so that silence is no fault.
    pub fn is_between(&self) -> bool {
        matches!(self.state, State::Between { .. })
    }
}

impl Default for Framer {
    fn default() -> Self {
        Framer::new(Limits::default())
    }
}

/// The state alone: what is pending may hold credentials.
impl fmt::Debug for Framer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Framer({:?}, {} bytes pending)", self.state, self.buf.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many bytes are looked at when `stream` comes in pieces of `size`.
    fn looked(stream: &[u8], size: usize) -> usize {
        let mut framer = Framer::default();
        let mut messages = 0;
        for mut piece in stream.chunks(size) {
            loop {
                match framer.push(&mut piece).unwrap() {
                    Framed::Message(_) => messages += 1,
                    Framed::Incomplete => break,
                    _ => {}
                }
            }
        }
        assert!(messages > 0 && framer.is_between());
        framer.looked
    }

    #[test]
    fn no_byte_is_looked_at_more_than_thrice_however_the_stream_is_cut() {
        let lines = |line: &str, n| format!("OPTIONS sip:b@x SIP/2.0\r\n{}l: 3\r\n\r\nabc", line.repeat(n));
        let streams = [
            lines("X: y\r\n", 200),
            lines(&format!("X: {}\r\n", "z".repeat(15_000)), 4),
            lines(&format!("X: y\r\n{}", " folded\r\n".repeat(1_000)), 6),
            lines("Content-Length: 3\r\n", 200),
            lines(&format!("Content-Length:\r\n{}3\r\n", " \r\n ".repeat(1_000)), 10),
            "\r\n".repeat(30_000) + &lines("", 0).repeat(300),
        ];
        for stream in streams {
            for size in [1, 2, 1_000, usize::MAX] {
                let looked = looked(stream.as_bytes(), size);
                assert!(looked <= 3 * stream.len(), "{looked} of {} in pieces of {size}", stream.len());
            }
        }
    }

    #[test]
    fn nothing_is_set_aside_for_a_body_that_is_only_promised() {
        let mut framer = Framer::default();
        let mut head = &b"OPTIONS sip:b@x SIP/2.0\r\nl: 1000000\r\n\r\n"[..];
        assert_eq!(framer.push(&mut head), Ok(Framed::Incomplete));
        assert!(framer.buf.capacity() < 1_000);
    }

    #[test]
    fn messages_share_one_buffer() {
        let stream = "OPTIONS sip:b@x SIP/2.0\r\nl: 0\r\n\r\n".repeat(3);
        let mut framer = Framer::default();
        framer.buf.reserve(1_000);
        let mut rest = stream.as_bytes();
        let mut end = framer.buf.as_ptr() as usize;
        while let Framed::Message(message) = framer.push(&mut rest).unwrap() {
            assert_eq!(message.as_ptr() as usize, end);
            end += message.len();
        }
        assert_eq!(framer.buf.as_ptr() as usize, end);
    }
}
