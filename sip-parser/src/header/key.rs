//! Header names as machine words: one load finds a name in a line, three comparisons tell which it is.

use super::Name;
use super::name::{COMPACT, KNOWN};
use crate::scan;

/// As many bytes as the longest known name has.
const WIDTH: usize = 24;

/// A name of at most [`WIDTH`] bytes, as spelled and padded with zeros.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    words: [u64; 3],
    len: usize,
}

impl Key {
    /// What stands before the first colon of a line; `None` if there is none among its first bytes.
    #[inline]
    pub(crate) fn before_colon(line: &[u8; WIDTH]) -> Option<Key> {
        scan::looked(line.iter().position(|&b| b == b':').map_or(WIDTH, |i| i + 1));
        let [a, b, c] = words(line);
        if let Some((a, bytes)) = before_colon(a) {
            return Some(Key { words: [a, 0, 0], len: bytes });
        }
        if let Some((b, bytes)) = before_colon(b) {
            return Some(Key { words: [a, b, 0], len: 8 + bytes });
        }
        before_colon(c).map(|(c, bytes)| Key { words: [a, b, c], len: 16 + bytes })
    }

    pub(crate) fn of(name: &[u8]) -> Option<Key> {
        let mut padded = [0; WIDTH];
        padded.get_mut(..name.len())?.copy_from_slice(name);
        scan::looked(name.len());
        Some(Key { words: words(&padded), len: name.len() })
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The known name that is spelled so, in full or compact form, in any case.
    #[inline]
    pub(crate) fn name(&self) -> Option<Name> {
        let spelling = SPELLINGS.get(usize::from(*SLOTS.get(slot(&self.words, MULTIPLIER))?))?;
        let [[a, b, c], lower, letters] = [self.words, spelling.lower, spelling.letters];
        let differing = (a | letters[0]) ^ lower[0] | (b | letters[1]) ^ lower[1] | (c | letters[2]) ^ lower[2];
        (differing == 0 && self.len == spelling.len).then_some(spelling.name)
    }
}

/// The bytes of a word before its first colon, and how many they are.
#[inline]
fn before_colon(word: u64) -> Option<(u64, usize)> {
    let found = scan::marks(word, b':');
    if found == 0 {
        return None;
    }
    let bits = found.trailing_zeros() & !7;
    Some((word & ((1 << bits) - 1), bits as usize / 8))
}

/// One way to write a known name.
#[derive(Clone, Copy)]
struct Spelling {
    /// In lower case.
    lower: [u64; 3],
    /// The case bit of every letter.
    letters: [u64; 3],
    len: usize,
    name: Name,
}

const COUNT: usize = 1 + KNOWN.len() + COMPACT.len();

/// The first one is no name's: its length is met by none.
static SPELLINGS: [Spelling; COUNT] = spellings();

/// Where in [`SPELLINGS`] a name stands, if it is known.
static SLOTS: [u8; SIZE] = slots();

const SIZE: usize = 1024;

/// Sends every spelling to a slot of its own.
const MULTIPLIER: u64 = multiplier();

const LOWER: u64 = u64::from_le_bytes([0x20; 8]);

/// No known name is told from another by its third word.
const fn slot(words: &[u64; 3], multiplier: u64) -> usize {
    let mixed = (words[0] | LOWER) ^ (words[1] | LOWER).rotate_left(29);
    (mixed.wrapping_mul(multiplier) >> (u64::BITS - SIZE.ilog2())) as usize
}

const fn words(bytes: &[u8; WIDTH]) -> [u64; 3] {
    let (words, _) = bytes.as_chunks::<8>();
    [u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1]), u64::from_le_bytes(words[2])]
}

const fn spelling(text: &[u8], name: Name) -> Spelling {
    let (mut lower, mut letters) = ([0; WIDTH], [0; WIDTH]);
    let mut i = 0;
    while i < text.len() {
        lower[i] = text[i].to_ascii_lowercase();
        letters[i] = if text[i].is_ascii_alphabetic() { 0x20 } else { 0 };
        i += 1;
    }
    Spelling { lower: words(&lower), letters: words(&letters), len: text.len(), name }
}

const fn spellings() -> [Spelling; COUNT] {
    let mut table = [Spelling { lower: [0; 3], letters: [0; 3], len: usize::MAX, name: KNOWN[0] }; COUNT];
    let mut i = 0;
    while i < KNOWN.len() {
        table[1 + i] = spelling(KNOWN[i].as_str().as_bytes(), KNOWN[i]);
        assert!(KNOWN[i].id() as usize == i + 1, "ids count from 1 in the order of the table");
        i += 1;
    }
    let mut i = 0;
    while i < COMPACT.len() {
        table[1 + KNOWN.len() + i] = spelling(&[COMPACT[i].0], COMPACT[i].1);
        i += 1;
    }
    table
}

const fn slots() -> [u8; SIZE] {
    let (table, mut slots) = (spellings(), [0; SIZE]);
    let mut i = 1;
    while i < COUNT {
        slots[slot(&table[i].lower, MULTIPLIER)] = i as u8;
        i += 1;
    }
    slots
}

/// Tries numbers until one sets every spelling apart.
const fn multiplier() -> u64 {
    let table = spellings();
    let mut candidate = 1u64;
    loop {
        // Steps of a xorshift generator (Marsaglia, 2003).
        candidate ^= candidate << 13;
        candidate ^= candidate >> 7;
        candidate ^= candidate << 17;
        let (mut taken, mut i) = ([false; SIZE], 1);
        while i < COUNT && !taken[slot(&table[i].lower, candidate)] {
            taken[slot(&table[i].lower, candidate)] = true;
            i += 1;
        }
        if i == COUNT {
            return candidate;
        }
    }
}
