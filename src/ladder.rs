//! SIP messages as lines of a ladder: what one cannot see one cannot fix.

use bytes::Bytes;
use offhook_core::Flow;
use offhook_sip_parser::header::{CSeq, To};
use offhook_sip_parser::{Index, MessageView, StartLine};
use std::fmt;
use std::time::Duration;

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It came in.
    In,
    /// It went out.
    Out,
}

/// One message, for a tap: what crossed the border between the machine and a socket.
#[derive(Debug, Clone)]
pub struct Crossing {
    /// Since the tap began.
    pub at: Duration,
    /// Which way.
    pub way: Way,
    /// On which flow; local is our end.
    pub flow: Flow,
    /// The bytes, credentials included: show them to those only who may see them.
    pub contents: Bytes,
}

/// Bytes of a stranger's, fit for a terminal.
fn plain(text: &[u8]) -> String {
    String::from_utf8_lossy(text).replace(char::is_control, "?")
}

/// A rung of the ladder: `0.012  127.0.0.1:5060 ──> 127.0.0.1:5070  INVITE sip:bob@127.0.0.1`. No header values, so no
/// credentials, are shown.
impl fmt::Display for Crossing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = match self.way {
            Way::In => "<──",
            Way::Out => "──>",
        };
        write!(f, "{:8.3}  {} {arrow} {}  ", self.at.as_secs_f64(), self.flow.local, self.flow.remote)?;
        let mut index = Index::new();
        let Ok(message) = MessageView::parse(&self.contents, &mut index) else {
            return write!(f, "({} bytes that are no SIP message)", self.contents.len());
        };
        match message.start_line() {
            StartLine::Request { method, uri } => {
                let again = message.typed::<To<'_>>().is_ok_and(|t| t.is_some_and(|t| t.tag().is_some()));
                let mark = if again && method.as_str() == "INVITE" { " (again)" } else { "" };
                write!(f, "{method} {}{mark}", plain(uri))?;
            }
            StartLine::Response { status, reason } => {
                write!(f, "{} {}", status.code(), plain(reason))?;
                if let Ok(Some(cseq)) = message.typed::<CSeq>() {
                    write!(f, " ({})", cseq.method)?;
                }
            }
        }
        if !message.body().is_empty() {
            write!(f, " +{} bytes", message.body().len())?;
        }
        Ok(())
    }
}
