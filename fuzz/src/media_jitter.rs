//! The jitter buffer.

use crate::steps::steps;
use offhook_media::jitter::{Config, JitterBuffer, Packet, Pulled};
use std::time::Duration;

/// Packets in any order and number, sound out at any pace: what is held stays bounded, what is played was sent, once.
///
/// `a` pushes packets of four bytes: sequence number, two of timestamp, length. `t` pulls after the time of the step, in
/// the pieces that its bytes say. `r` begins anew.
pub fn media_jitter(data: &[u8]) {
    let config = Config::new(8000);
    let mut buffer = JitterBuffer::new(config);
    let mut base = 1u64 << 16;
    for step in steps(data) {
        match step.op {
            b'r' => buffer.reset(),
            b't' => {
                let pieces = if step.data.is_empty() { &[20][..] } else { step.data };
                for &wanted in pieces.iter().cycle().take(pieces.len().max(step.wait.as_millis() as usize / 20)) {
                    pull(&mut buffer, u32::from(wanted) * 8);
                }
            }
            op => {
                for p in step.data.chunks_exact(4) {
                    let &[seq, high, low, length] = p else { continue };
                    // Upper case lets the numbers run to the end of what they can be.
                    base = if op == b'A' { u64::MAX - 255 } else { base };
                    buffer.push(Packet {
                        seq: base + u64::from(seq),
                        timestamp: u32::from(u16::from_be_bytes([high, low])).wrapping_mul(if op == b'A' {
                            65_537
                        } else {
                            80
                        }),
                        payload_type: 0,
                        samples: u32::from(length) * 8,
                        payload: vec![seq; usize::from(length)].into(),
                    });
                }
            }
        }
        assert!(buffer.depth() <= config.max + Duration::from_millis(1), "{:?} are held", buffer.depth());
    }
    let stats = buffer.stats();
    let _ = stats;
}

/// One pull as a player does it: until it has what it wants.
fn pull(buffer: &mut JitterBuffer, wanted: u32) {
    let mut got = 0;
    for _ in 0..=wanted {
        if got >= wanted {
            return;
        }
        match buffer.pull(wanted - got) {
            Pulled::Packet(packet) => got += packet.samples,
            Pulled::Missing(samples) => {
                assert!((1..=wanted - got).contains(&samples), "{samples} invented for {wanted}");
                got += samples;
            }
            Pulled::Empty => return,
        }
    }
    assert!(got >= wanted, "a pull without end");
}
