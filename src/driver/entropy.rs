//! The operating system's randomness.

use offhook_core::Entropy;

/// Random bytes of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        // Without randomness there are no keys and no tags: there is nothing to go on with.
        getrandom::fill(bytes).expect("the operating system has randomness");
    }

    fn fork(&mut self) -> Box<dyn Entropy> {
        Box::new(OsEntropy)
    }
}
