//! Where packets go and whose are taken.

use super::config::SourcePolicy;
use offhook_core::Flow;

/// A flow that is signalled and can be corrected once by what comes.
///
/// ```text
/// Open ──the signalled address is heard──▶ Fixed
///   └────another address, symmetric──────▶ Fixed, with that address
/// ```
#[derive(Debug)]
pub(crate) struct Path {
    signalled: Flow,
    flow: Flow,
    is_fixed: bool,
}

/// Who sent a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The address in use.
    Peer,
    /// An address that would be believed.
    Candidate,
    /// Anyone else.
    Stranger,
}

impl Path {
    pub(crate) fn new(signalled: Flow) -> Self {
        Path { signalled, flow: signalled, is_fixed: false }
    }

    pub(crate) fn flow(&self) -> Flow {
        self.flow
    }

    pub(crate) fn is_fixed(&self) -> bool {
        self.is_fixed
    }

    /// What was learnt is kept while the signalled flow is the same.
    pub(crate) fn signal(&mut self, flow: Flow) {
        if flow != self.signalled {
            *self = Path::new(flow);
        }
    }

    pub(crate) fn sender(&self, from: Flow, policy: SourcePolicy) -> Sender {
        if from.protocol == self.flow.protocol && from.remote == self.flow.remote {
            return Sender::Peer;
        }
        match policy {
            SourcePolicy::Symmetric if !self.is_fixed && from.protocol == self.flow.protocol => Sender::Candidate,
            _ => Sender::Stranger,
        }
    }

    /// A valid packet came from there. Answers the new flow, if that is one.
    pub(crate) fn heard(&mut self, from: Flow) -> Option<Flow> {
        self.is_fixed = true;
        if from.remote == self.flow.remote {
            return None;
        }
        self.flow.remote = from.remote;
        Some(self.flow)
    }
}
