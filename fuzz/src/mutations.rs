//! Small changes to bytes, the same ones in every run.

/// What tells one thing of SIP, SDP or RTP from another.
const TELLING: &[u8] = b"\r\n\0 \t:;,<>@\"\\%=/[]0129aZ\x7f\x80\xff";
/// What is put in whole.
const PIECES: &[&[u8]] = &[
    b"\r\n\r\n",
    b"\r\n ",
    b"4294967296",
    b"-1",
    b"l: 1\r\n",
    b"\"",
    b"(",
    b"sip:",
    b"<sip:a@b>,",
    b";a=\"\\",
    b",,,,",
    b"SIP/2.0",
];

/// xorshift64 (Marsaglia 2003).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % n.max(1) as u64) as usize
    }
}

/// The bytes with one to four small changes, which are those of this round: something cut, copied, put in, exchanged, or
/// repeated very often.
pub fn mutated(bytes: &[u8], round: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut random = Random::new(round ^ (bytes.len() as u64) << 40);
    for _ in 0..=random.below(4) {
        let (from, to) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        match random.below(9) {
            0 => bytes.truncate(to),
            1 => drop(bytes.drain(from..to.min(from + 8))),
            2 => {
                let copy = bytes[from..to].to_vec();
                bytes.splice(from..from, copy);
            }
            3 => bytes.insert(from, TELLING[random.below(TELLING.len())]),
            4 if from < bytes.len() => bytes[from] = TELLING[random.below(TELLING.len())],
            5 => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(from..from, piece.iter().copied());
            }
            6 => drop(bytes.drain(from..to)),
            // Rare, as it costs the time of a hundred others: what is not linear in its length is seen here.
            7 if random.below(64) == 0 => {
                let piece = bytes[from..to.min(from + 1 + random.below(16))].to_vec();
                let often = random.below(4000);
                bytes.splice(from..from, piece.repeat(often));
            }
            _ if from < bytes.len() => bytes[from] ^= 1 << random.below(8),
            _ => {}
        }
    }
    bytes
}
