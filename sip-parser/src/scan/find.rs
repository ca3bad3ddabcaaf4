//! The search for one byte.

use super::work::looked;

/// Marks the bytes of `word` that are `b` by their highest bit. Above the lowest mark there may be false ones.
#[inline]
pub(crate) const fn marks(word: u64, b: u8) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let differing = word ^ (ONES * b as u64);
    differing.wrapping_sub(ONES) & !differing & (ONES << 7)
}

/// Where `b` is first found. Values are short: blocks that the compiler compares as one come to the end of most before
/// the widest registers are made ready, which then take what is longer.
#[inline(always)]
pub(crate) fn find(b: u8, bytes: &[u8]) -> Option<usize> {
    let found = find_first(b, bytes);
    looked(found.map_or(bytes.len(), |i| i + 1));
    found
}

#[inline(always)]
fn find_first(b: u8, bytes: &[u8]) -> Option<usize> {
    const NEAR: usize = 8;
    let (blocks, tail) = bytes.as_chunks::<16>();
    let mut at = 0;
    for block in blocks.iter().take(NEAR) {
        if holds(b, block) {
            return Some(at + first(b, block));
        }
        at += block.len();
    }
    if blocks.len() > NEAR {
        return memchr::memchr(b, bytes.get(at..)?).map(|i| at + i);
    }
    match bytes.last_chunk() {
        // What was looked at before holds none.
        Some(last) => holds(b, last).then(|| bytes.len() - last.len() + first(b, last)),
        None => tail.iter().position(|&c| c == b),
    }
}

/// Without a way out in between, so that it is one comparison.
#[inline]
fn holds(b: u8, block: &[u8; 16]) -> bool {
    block.iter().fold(false, |any, &c| any | (c == b))
}

/// Where `b` is in a block that holds it.
#[inline]
fn first(b: u8, block: &[u8; 16]) -> usize {
    let ([low, high], _) = block.as_chunks::<8>() else { return 0 };
    let low = marks(u64::from_le_bytes(*low), b);
    if low != 0 {
        return low.trailing_zeros() as usize / 8;
    }
    8 + marks(u64::from_le_bytes(*high), b).trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_byte_is_found_where_it_first_is(bytes in proptest::collection::vec(0u8..12, 0..400), b in 0u8..20) {
            prop_assert_eq!(find(b, &bytes), bytes.iter().position(|&c| c == b));
        }

        #[test]
        fn a_rare_byte_is_found_far_on(n in 0usize..400, len in 0usize..400) {
            let mut bytes = vec![0x80; len];
            bytes.get_mut(n).into_iter().for_each(|b| *b = b':');
            prop_assert_eq!(find(b':', &bytes), (n < len).then_some(n));
        }
    }
}
