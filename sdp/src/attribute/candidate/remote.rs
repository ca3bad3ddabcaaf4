//! `a=remote-candidates`: which candidates an ICE agent has chosen (RFC 8839 §5.2).

use super::{CandidateAddress, address, component};
use crate::attribute::TypedAttribute;
use crate::attribute::scan::{Words, number};
use crate::error::ValueError;
use std::fmt;

/// Which of the peer's candidates were chosen, one for each component (RFC 8839 §5.2).
///
/// ```
/// use offhook_sdp::{RemoteCandidates, TypedAttribute};
/// let chosen = RemoteCandidates::parse("1 192.0.2.3 45664 2 192.0.2.3 45665")?;
/// assert_eq!(chosen.iter().map(|(component, _, port)| (component, port)).collect::<Vec<_>>(), [(1, 45664), (2, 45665)]);
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RemoteCandidates<'a>(&'a str);

impl<'a> RemoteCandidates<'a> {
    /// Component, address and port of each.
    pub fn iter(&self) -> impl Iterator<Item = (u16, CandidateAddress<'a>, u16)> + use<'a> {
        let mut words = Words::new(Self::NAME, self.0);
        std::iter::from_fn(move || {
            let component = number(words.next()?)?;
            Some((component, address(&mut words).ok()?, number(words.next()?)?))
        })
    }
}

impl<'a> TypedAttribute<'a> for RemoteCandidates<'a> {
    const NAME: &'static str = "remote-candidates";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let text = words.clone().rest();
        loop {
            component(&mut words)?;
            address(&mut words)?;
            words.number::<u16>()?;
            if words.clone().next().is_none() {
                return Ok(RemoteCandidates(text));
            }
        }
    }
}

impl fmt::Display for RemoteCandidates<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
