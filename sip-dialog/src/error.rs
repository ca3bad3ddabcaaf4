//! What the caller can do wrong.

/// The layer was asked for something that the call cannot do now. It is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The call is over, or never was.
    #[error("no such call: it is over, or never was")]
    NoSession,
    /// The verb does not fit the state of the call (answering twice, say).
    #[error("the call cannot do that in its present state")]
    WrongState,
    /// [`Config::max_sessions`](crate::Config::max_sessions) are open.
    #[error("the table of calls is full")]
    Full,
}
