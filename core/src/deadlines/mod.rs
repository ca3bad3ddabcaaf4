//! One deadline for each of many: a hierarchical timing wheel that is exact to the nanosecond.

mod queue;
mod slots;

pub use queue::Deadlines;
