//! RTP sessions and RTCP.

use crate::drive::{drain, here, there, wall_clock};
use crate::steps::{number, steps};
use bytes::Bytes;
use offhook_core::{Flow, Machine};
use offhook_rtp::dtmf::{Digit, TelephoneEvent};
use offhook_rtp::rtcp::{Cname, Compound, RtcpView};
use offhook_rtp::{
    AudioPayload, Config, Input, PacketView, PayloadType, RtcpPath, Session, SourcePolicy, Terms, is_rtcp,
};
use offhook_sim::{SeededEntropy, epoch};
use std::time::{Duration, Instant};

/// Every datagram is read as RTP and as RTCP, and comes to a session of which both sides speak.
///
/// `a`, `b`, `c`: a datagram from one of three places. `d`: a digit of ours. `s`: as many ticks of sound as its number
/// says. `u`: new terms. `t`: time alone.
pub fn rtp_session(data: &[u8]) {
    let mut now = epoch();
    let cname = Cname::new("us@192.0.2.1").expect("a name");
    let mut session = Session::new(now, Config::new(cname, terms(0)), Box::new(SeededEntropy::new(1)), wall_clock());
    let mut next = drain(&mut session, |_| {});
    for step in steps(data) {
        now = pass(&mut session, now, next, step.wait);
        match step.op {
            b'd' => {
                let key = step.data.first().map_or('#', |&b| char::from(b));
                if let Ok(digit) = Digit::try_from(key) {
                    let _ = session.send_digit(now, digit, step.wait.max(Duration::from_millis(100)));
                }
            }
            b's' => {
                for _ in 0..number(step.data).unwrap_or(1).min(50) {
                    let audio = AudioPayload { payload_type: PayloadType::PCMU, data: &[0xff; 160] };
                    session.send(now, 160, Some(audio)).expect("it is open");
                    drain(&mut session, |_| {});
                    now += Duration::from_millis(20);
                }
            }
            b'u' => session.update(now, terms(step.data.first().copied().unwrap_or(1))).expect("it is open"),
            b't' => {}
            op => {
                datagram(step.data);
                let flow = Flow::udp(here(4000), there(9 + op % 3, 5000));
                let contents = Bytes::copy_from_slice(step.data);
                let Ok(()) = session.handle_input(now, Input::Received { flow, contents });
            }
        }
        next = drain(&mut session, |_| {});
        let _ = (session.stats().to_string(), session.stats().loss(), session.remote_report());
    }
    session.close(now).expect("it is open");
    assert_eq!(drain(&mut session, |_| {}), None, "a closed session wants nothing");
}

fn terms(kind: u8) -> Terms {
    let mut terms = Terms::new(Flow::udp(here(4000), there(9, 5000)), vec![PayloadType::PCMU, PayloadType::PCMA]);
    terms.dtmf_receive = PayloadType::new(101);
    terms.dtmf_send = PayloadType::new(101).filter(|_| kind & 1 == 0);
    terms.source_policy = if kind & 2 == 0 { SourcePolicy::Symmetric } else { SourcePolicy::Strict };
    terms.rtcp = match kind >> 2 & 3 {
        0 => RtcpPath::Mux,
        1 => RtcpPath::Off,
        _ => RtcpPath::Flow(Flow::udp(here(4001), there(9, 5001))),
    };
    terms
}

/// Lets the time of a step pass; the session is woken when it wants to, 100 times at most.
fn pass(session: &mut Session, from: Instant, mut next: Option<Instant>, time: Duration) -> Instant {
    let until = from + time;
    for _ in 0..100 {
        let Some(at) = next.filter(|&at| at <= until) else { break };
        let Ok(()) = session.handle_input(at.max(from), Input::Timeout);
        next = drain(session, |_| {});
        assert_ne!(next, Some(at), "a deadline that was served is over");
    }
    until
}

fn datagram(bytes: &[u8]) {
    let _ = is_rtcp(bytes);
    if let Ok(packet) = PacketView::parse(bytes) {
        assert_eq!(bytes.get(packet.payload_range()), Some(packet.payload()));
        let _ = (packet.header(), packet.csrcs().count(), packet.extension());
        let _ = TelephoneEvent::parse(packet.payload());
    }
    let Ok(compound) = Compound::parse(bytes) else { return };
    let _ = compound.starts_with_report();
    for packet in compound {
        match packet {
            RtcpView::SenderReport(report) => drop(report.blocks().count()),
            RtcpView::ReceiverReport(report) => drop(report.blocks().count()),
            RtcpView::Sdes(sdes) => {
                for chunk in sdes.chunks() {
                    let _ = (chunk.cname(), chunk.items().count());
                }
            }
            RtcpView::Bye(bye) => drop((bye.sources().count(), bye.reason())),
            _ => {}
        }
    }
}
