//! RTCP packets in and out (RFC 3550 §6): sender and receiver reports, source descriptions with the canonical name,
//! goodbye, and the compound packet that carries them.
//!
//! Other packet types are kept raw ([`RtcpView::Unknown`]), other SDES items are kept as octets. APP, feedback
//! (RFC 4585) and extended reports (RFC 3611) are not read yet.

mod bye;
mod cname;
mod compound;
mod frame;
mod receiver_report;
mod report_block;
mod sdes;
mod sender_report;

pub use bye::ByeView;
pub use cname::Cname;
pub use compound::{Compound, CompoundWriter, RtcpView};
pub use frame::{MAX_COUNT, RawView};
pub use receiver_report::ReceiverReportView;
pub use report_block::{ReportBlock, ReportBlocks};
pub use sdes::{ChunkView, SdesItem, SdesView};
pub use sender_report::{SenderInfo, SenderReportView};
