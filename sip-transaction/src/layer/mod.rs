//! All the transactions of one node, as one machine.

mod counters;
mod io;
mod loops;
mod node;
mod receive;
mod send;
mod table;

pub use counters::Counters;
pub use io::{Event, Input};
pub use loops::LoopMark;
pub use node::Layer;
