//! Random bytes that repeat: xoshiro256** seeded through splitmix64 (Blackman and Vigna, 2018).

use offhook_core::Entropy;

/// The core's [`Entropy`] from a seed: the same seed gives the same bytes on every machine, for ever. Never for keys
/// of real calls.
///
/// A fork depends on the seed and on how many forks came before it, not on how many bytes were drawn; and drawing
/// from a fork, or forking, changes nothing for the source. So a machine that begins to draw more does not
/// disturb its neighbours' runs.
///
/// ```
/// use offhook_core::Entropy;
/// use offhook_sim::SeededEntropy;
///
/// let (mut one, mut two) = (SeededEntropy::new(7), SeededEntropy::new(7));
/// let mut fork = one.fork();
/// assert_eq!(one.token(), two.token());
/// assert_ne!(fork.token(), two.token());
/// ```
#[derive(Debug, Clone)]
pub struct SeededEntropy {
    seed: u64,
    forks: u64,
    state: [u64; 4],
}

impl SeededEntropy {
    /// The source of `seed`.
    pub fn new(seed: u64) -> Self {
        let mut x = seed;
        let state = std::array::from_fn(|_| {
            let word = finish(x);
            x = x.wrapping_add(GOLDEN);
            word
        });
        SeededEntropy { seed, forks: 0, state }
    }

    /// What [`Entropy::fork`] answers, with its type.
    pub fn child(&mut self) -> SeededEntropy {
        self.forks += 1;
        SeededEntropy::new(mix(self.seed, &self.forks.to_be_bytes()))
    }

    /// Uniform in 0 to 1, without 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn next(&mut self) -> u64 {
        let s = &mut self.state;
        let answer = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        answer
    }
}

impl Entropy for SeededEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }

    fn fork(&mut self) -> Box<dyn Entropy> {
        Box::new(self.child())
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// One step of splitmix64 from the state `x`.
fn finish(x: u64) -> u64 {
    let z = x.wrapping_add(GOLDEN);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A seed for the thing called `name` within the run of `seed`.
pub(crate) fn mix(seed: u64, name: &[u8]) -> u64 {
    name.iter().fold(finish(seed), |hash, &byte| finish(hash ^ u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix64_gives_the_published_first_numbers_of_seed_zero() {
        assert_eq!(finish(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(finish(GOLDEN), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn xoshiro256_gives_the_published_first_numbers_of_state_1_2_3_4() {
        let mut source = SeededEntropy { seed: 0, forks: 0, state: [1, 2, 3, 4] };
        let numbers: [u64; 4] = std::array::from_fn(|_| source.next());
        assert_eq!(numbers, [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }

    #[test]
    fn neither_forking_nor_drawing_from_a_fork_changes_the_source() {
        let mut plain = SeededEntropy::new(1);
        let mut forked = SeededEntropy::new(1);
        let mut fork = forked.fork();
        let first = fork.u64();
        assert_eq!(plain.u64(), forked.u64());
        assert_ne!(first, forked.fork().u64(), "the second fork is another");
        assert_eq!(first, plain.fork().u64(), "the first fork of the same seed is the same, however much was drawn");
    }

    #[test]
    fn every_length_is_filled_whole() {
        let mut source = SeededEntropy::new(2);
        for length in 1..40 {
            let mut seen = vec![0u8; length];
            for _ in 0..64 {
                let mut bytes = vec![0; length];
                source.fill(&mut bytes);
                seen.iter_mut().zip(bytes).for_each(|(s, b)| *s |= b);
            }
            assert!(seen.iter().all(|&s| s == 0xff), "length {length}: {seen:x?}");
        }
    }
}
