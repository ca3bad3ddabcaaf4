//! How much is looked at, for the tests that hold the cost of reading to the length of what is read.

/// Counts bytes that are looked at. Outside of this crate's own tests it does nothing.
#[inline(always)]
pub(crate) fn looked(_bytes: usize) {
    #[cfg(test)]
    count::add(_bytes);
}

#[cfg(test)]
pub(crate) use count::of;

#[cfg(test)]
mod count {
    use std::cell::Cell;

    thread_local! {
        static LOOKED: Cell<usize> = const { Cell::new(0) };
    }

    pub(super) fn add(bytes: usize) {
        LOOKED.with(|n| n.set(n.get() + bytes));
    }

    /// How many bytes are looked at while `work` is done.
    pub(crate) fn of<T>(work: impl FnOnce() -> T) -> (usize, T) {
        let before = LOOKED.with(Cell::get);
        let done = work();
        (LOOKED.with(Cell::get) - before, done)
    }
}
