//! What open INVITE server transactions take after their 100, in bytes.
//!
//! ```sh
//! cargo run --release -p offhook-sip-transaction --example open -- 1000000
//! ```

use allocation_counter::measure;
use bytes::Bytes;
use offhook_core::{Flow, Machine, Output};
use offhook_sim::{SeededEntropy, epoch};
use offhook_sip_transaction::{Config, Input, Layer};
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).map_or(Ok(1_000_000), |n| n.parse())?;
    let flow = Flow::udp("192.0.2.1:5060".parse()?, "192.0.2.9:5060".parse()?);
    let mut layer = Layer::new(Config { max_servers: count, ..Config::default() }, Box::new(SeededEntropy::new(1)));
    let mut result = Ok(());
    let taken = measure(|| {
        result = (0..count).try_for_each(|n| {
            let text = format!(
                "INVITE sip:us@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK{n:016}\r\n\
                 From: <sip:them@192.0.2.9>;tag={n}\r\nTo: <sip:us@192.0.2.1>\r\nCall-ID: {n}\r\nCSeq: 1 INVITE\r\n\
                 Content-Length: 0\r\n\r\n"
            );
            layer.handle_input(epoch(), Input::Received { flow, contents: Bytes::from(text) })?;
            while !matches!(layer.poll_output(), Output::Timeout(_)) {}
            Ok(())
        });
    });
    result.map_err(|e: offhook_sip_transaction::Error| e)?;
    let silent = taken.bytes_current;
    let tried = measure(|| {
        if layer.handle_input(epoch() + Duration::from_millis(200), Input::Timeout).is_ok() {
            while !matches!(layer.poll_output(), Output::Timeout(_)) {}
        }
    });
    let each = |bytes: i64| bytes / count.max(1) as i64;
    println!(
        "{} open: {} bytes each, {} after 100 Trying",
        layer.len(),
        each(silent),
        each(silent + tried.bytes_current)
    );
    Ok(())
}
