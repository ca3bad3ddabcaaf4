//! RFC 3550 §5, §6 and §8 on whole sessions.

mod common;

use common::*;
use offhook_core::Machine;
use offhook_rtp::rtcp::{Compound, RtcpView};
use offhook_rtp::{Error, Event, Input, PacketView, RtcpPath, Ssrc, is_rtcp};
use offhook_sim::epoch;

#[test]
fn sound_arrives_in_order_with_extended_numbers_and_one_marker() {
    let mut pair = Pair::new(1, ms(30));
    pair.run(ms(1000), true, false);
    let heard = audio(&pair.events_b);
    assert_eq!(heard.len(), 49, "50 sent, the last still on its way");
    assert!(heard.windows(2).all(|w| w[1].sequence == w[0].sequence + 1 && w[1].timestamp == w[0].timestamp + 160));
    assert_eq!(heard.iter().filter(|audio| audio.marker).count(), 1);
    let stats = pair.b.stats();
    assert_eq!((stats.packets_received, stats.octets_received, stats.lost), (49, 49 * 160, 0));
    assert_eq!((pair.a.stats().packets_sent, pair.a.stats().octets_sent), (50, 50 * 160));
}

#[test]
fn payloads_are_slices_of_the_datagram() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    let datagram = sound(1, 7);
    receive(&mut session, now, flow(), datagram.clone());
    let (_, events, _) = drain(&mut session);
    assert_eq!(audio(&events)[0].payload.as_ptr(), datagram[12..].as_ptr());
}

#[test]
fn silence_advances_the_timestamp_and_sound_after_it_bears_the_marker() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    for audio in [speech(), speech(), None, None, speech(), speech()] {
        session.send(now, 160, audio).unwrap();
    }
    let (transmits, ..) = drain(&mut session);
    let headers: Vec<_> = transmits.iter().map(|t| PacketView::parse(&t.contents).unwrap().header()).collect();
    assert_eq!(headers.iter().map(|h| h.marker).collect::<Vec<_>>(), [true, false, true, false]);
    let timestamps: Vec<u32> = headers.iter().map(|h| h.timestamp.wrapping_sub(headers[0].timestamp)).collect();
    assert_eq!(timestamps, [0, 160, 640, 800]);
    assert!(headers.windows(2).all(|w| w[1].sequence == w[0].sequence.next()));
}

#[test]
fn reports_come_at_random_intervals_around_five_seconds() {
    let mut pair = Pair::new(3, ms(1));
    pair.run(ms(600_000), true, true);
    for to_b in [true, false] {
        let at: Vec<_> = pair.wire.iter().filter(|w| w.1 == to_b && is_rtcp(&w.2)).map(|w| w.0).collect();
        // RFC 3550 §6.3.1: the first after 2.5 s × 0.5..1.5 / 1.21828, the others after 5 s × the same, and
        // reconsideration only makes them later, to at most the greatest interval
        assert!((ms(1026)..ms(3080)).contains(&at[0]), "{:?}", at[0]);
        let gaps: Vec<_> = at.windows(2).map(|w| w[1] - w[0]).collect();
        assert!(gaps.iter().all(|gap| (ms(2050)..ms(6160)).contains(gap)), "{gaps:?}");
        let mean = gaps.iter().sum::<std::time::Duration>() / gaps.len() as u32;
        assert!((ms(4300)..ms(5700)).contains(&mean), "{mean:?}");
    }
}

#[test]
fn who_sends_reports_sr_and_who_only_hears_reports_rr_each_with_its_name() {
    let mut pair = Pair::new(5, ms(1));
    pair.run(ms(30_000), true, false);
    let mut seen = [0, 0];
    for (_, to_b, datagram) in pair.wire.iter().filter(|w| is_rtcp(&w.2)) {
        let mut packets = Compound::parse(datagram).unwrap();
        match packets.next().unwrap() {
            RtcpView::SenderReport(sr) if *to_b => assert_eq!(sr.ssrc, pair.a.ssrc()),
            RtcpView::ReceiverReport(rr) if !to_b => {
                assert_eq!(rr.blocks().map(|block| block.ssrc).collect::<Vec<_>>(), [pair.a.ssrc()]);
            }
            other => panic!("{other:?}"),
        }
        let Some(RtcpView::Sdes(sdes)) = packets.next() else { panic!("a name") };
        assert_eq!(sdes.chunks().next().unwrap().cname(), Some("a@example.com"));
        seen[usize::from(*to_b)] += 1;
    }
    assert!(seen[0] >= 4 && seen[1] >= 4, "{seen:?}");

    // RFC 3550 §6.4: who sent nothing since the last two reports is no sender any more
    pair.wire.clear();
    pair.run(ms(30_000), false, false);
    let (.., last) = pair.wire.iter().rfind(|w| w.1 && is_rtcp(&w.2)).unwrap();
    assert!(matches!(Compound::parse(last).unwrap().next(), Some(RtcpView::ReceiverReport(_))));
}

#[test]
fn a_sender_report_says_what_time_it_is_and_what_was_sent() {
    let mut pair = Pair::new(7, ms(1));
    pair.run(ms(8000), true, false);
    let (at, _, datagram) = pair.wire.iter().rfind(|w| w.1 && is_rtcp(&w.2)).unwrap();
    let Some(RtcpView::SenderReport(sr)) = Compound::parse(datagram).unwrap().next() else { panic!("SR") };
    let packets: Vec<_> = pair.wire.iter().filter(|w| w.1 && !is_rtcp(&w.2) && w.0 <= *at).collect();
    assert_eq!((sr.info.packet_count as usize, sr.info.octet_count as usize), (packets.len(), packets.len() * 160));
    let newest = PacketView::parse(&packets.last().unwrap().2).unwrap().header().timestamp;
    let units = ((*at - packets.last().unwrap().0).as_millis() * 8) as u32;
    assert_eq!(sr.info.rtp_timestamp.wrapping_sub(newest), units);
    assert_eq!(sr.info.ntp >> 32, 1_700_000_000 + 2_208_988_800 + at.as_secs());
}

#[test]
fn round_trip_and_remote_loss_are_learnt_from_reports() {
    let mut pair = Pair::new(9, ms(40));
    pair.lose = |n| n.is_multiple_of(9);
    pair.run(ms(30_000), true, true);
    let stats = pair.a.stats();
    let rtt = stats.rtt.unwrap();
    assert!((ms(79)..=ms(81)).contains(&rtt), "{rtt:?}");
    let remote = stats.remote.unwrap();
    assert_eq!(remote.from, pair.b.ssrc());
    assert!((0.03..0.2).contains(&remote.fraction_lost), "{remote:?}");
    assert!(pair.events_a.iter().any(|event| matches!(event, Event::Report(_))));
    assert!((0.03..0.2).contains(&stats.loss()), "{stats}");
    assert!((1.0..4.0).contains(&stats.mos.unwrap()), "{stats}");
}

#[test]
fn without_loss_g711_is_as_good_as_it_gets() {
    let mut pair = Pair::new(9, ms(20));
    pair.run(ms(10_000), true, true);
    let stats = pair.a.stats();
    assert_eq!(stats.to_string(), "packets 500 out, 499 in, loss 0.0 %, jitter 0.0 ms, MOS 4.41");
}

#[test]
fn a_lying_round_trip_is_not_believed() {
    let mut pair = Pair::new(9, ms(40));
    pair.run(ms(100), true, true);
    let mut buffer = bytes::BytesMut::new();
    let block = |last_sr, delay| offhook_rtp::rtcp::ReportBlock {
        ssrc: pair.a.ssrc(),
        fraction_lost: 0,
        cumulative_lost: 0,
        highest_sequence: 0,
        jitter: 0,
        last_sr,
        delay_since_last_sr: delay,
    };
    let blocks = [block(1, 0)];
    offhook_rtp::rtcp::CompoundWriter::new(&mut buffer).receiver_report(pair.b.ssrc(), &blocks);
    receive(&mut pair.a, pair.now, flow(), buffer.freeze());
    assert_eq!(pair.a.stats().rtt, None);
    assert!(pair.a.stats().remote.is_some());
}

#[test]
fn a_new_source_is_believed_at_its_second_packet_in_sequence() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    for (sequence, ssrc) in [(1, 7), (2, 7), (500, 8), (3, 7), (502, 8), (503, 8), (504, 8)] {
        receive(&mut session, now, flow(), sound(sequence, ssrc));
    }
    let (_, events, _) = drain(&mut session);
    let changes: Vec<_> = events.iter().filter(|event| matches!(event, Event::SourceChanged { .. })).collect();
    assert_eq!(changes, [&Event::SourceChanged { ssrc: Ssrc(7) }, &Event::SourceChanged { ssrc: Ssrc(8) }]);
    assert_eq!(audio(&events).iter().map(|a| a.sequence & 0xffff).collect::<Vec<_>>(), [1, 2, 3, 503, 504]);
    let stats = session.stats();
    assert_eq!((stats.packets_received, stats.unproven, stats.lost), (5, 2, 0));
}

#[test]
fn a_flood_of_sources_changes_nothing() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    receive(&mut session, now, flow(), sound(1, 7));
    drain(&mut session);
    for ssrc in 1000..3000 {
        receive(&mut session, now, flow(), sound(ssrc as u16, ssrc));
    }
    let (_, events, _) = drain(&mut session);
    assert_eq!(events, []);
    assert_eq!(session.stats().unproven, 2000);
}

#[test]
fn a_source_that_restarts_begins_anew() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    for sequence in [1, 2, 30_000, 30_001, 30_002] {
        receive(&mut session, now, flow(), sound(sequence, 7));
    }
    let (_, events, _) = drain(&mut session);
    assert_eq!(audio(&events).len(), 4);
    assert_eq!(events.iter().filter(|event| **event == Event::SourceChanged { ssrc: Ssrc(7) }).count(), 2);
    assert_eq!((session.stats().lost, session.stats().packets_received), (0, 4));
}

#[test]
fn duplicates_are_counted_and_not_handed_up() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    for sequence in [1, 2, 2, 4, 3, 3] {
        receive(&mut session, now, flow(), sound(sequence, 7));
    }
    let (_, events, _) = drain(&mut session);
    assert_eq!(audio(&events).iter().map(|a| a.sequence & 0xffff).collect::<Vec<_>>(), [1, 2, 4, 3]);
    let stats = session.stats();
    assert_eq!((stats.duplicates, stats.reordered, stats.lost, stats.packets_received), (2, 1, 0, 6));
}

#[test]
fn a_collision_makes_us_say_goodbye_and_choose_another_name_once() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    session.send(now, 160, speech()).unwrap();
    drain(&mut session);
    let old = session.ssrc();
    receive(&mut session, now, flow(), sound(1, old.0));
    let (transmits, events, _) = drain(&mut session);
    assert_ne!(session.ssrc(), old);
    let packets = Compound::parse(&transmits[0].contents).unwrap();
    let Some(RtcpView::Bye(bye)) = packets.last() else { panic!("BYE") };
    assert_eq!(bye.sources().collect::<Vec<_>>(), [old]);
    assert_eq!(audio(&events).len(), 1);

    // an echo of the new name is heard and changes nothing more
    let new = session.ssrc();
    for sequence in 10..13 {
        receive(&mut session, now, flow(), sound(sequence, new.0));
    }
    let (transmits, events, _) = drain(&mut session);
    assert_eq!((session.ssrc(), transmits.len(), audio(&events).len()), (new, 0, 2));
}

#[test]
fn an_echo_of_our_own_control_packets_says_nothing_about_us() {
    let mut pair = Pair::new(11, ms(1));
    pair.run(ms(10_000), true, true);
    let before = pair.a.stats().remote;
    let ours: Vec<_> = pair.wire.iter().filter(|w| w.1 && is_rtcp(&w.2)).map(|w| w.2.clone()).collect();
    pair.events_a.clear();
    for datagram in ours {
        receive(&mut pair.a, pair.now, flow(), datagram);
    }
    let (_, events, _) = drain(&mut pair.a);
    assert_eq!(events, []);
    assert_eq!(pair.a.stats().remote, before);
}

#[test]
fn closing_says_bye_after_a_report_and_then_nothing_more() {
    let mut pair = Pair::new(13, ms(1));
    pair.run(ms(500), true, true);
    let now = pair.now;
    pair.a.close(now).unwrap();
    let (transmits, events, timeout) = drain(&mut pair.a);
    let packets: Vec<_> = Compound::parse(&transmits[0].contents).unwrap().collect();
    assert!(matches!(packets[..], [RtcpView::SenderReport(_), RtcpView::Sdes(_), RtcpView::Bye(_)]));
    assert_eq!((events, timeout), (vec![Event::Closed], None));
    assert_eq!(pair.a.send(now, 160, speech()), Err(Error::Closed));
    assert_eq!(pair.a.close(now), Err(Error::Closed));
    receive(&mut pair.a, now, flow(), sound(1, 1));
    pair.a.handle_input(now + ms(60_000), Input::Timeout).unwrap();
    assert_eq!(drain(&mut pair.a), (vec![], vec![], None));

    // the other side hears it once
    for _ in 0..2 {
        receive(&mut pair.b, now, flow().reversed(), transmits[0].contents.clone());
    }
    let (_, events, _) = drain(&mut pair.b);
    assert_eq!(events.iter().filter(|e| **e == Event::Bye { ssrc: pair.a.ssrc() }).count(), 1);
}

#[test]
fn who_never_spoke_does_not_say_goodbye() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    session.close(now).unwrap();
    assert_eq!(drain(&mut session), (vec![], vec![Event::Closed], None));
}

#[test]
fn rtcp_off_sends_none_and_takes_none() {
    let mut pair = Pair::new(15, ms(1));
    let off = offhook_rtp::Terms { rtcp: RtcpPath::Off, ..terms(flow()) };
    pair.a.update(pair.now, off).unwrap();
    pair.run(ms(20_000), true, true);
    assert!(!pair.wire.iter().any(|w| w.1 && is_rtcp(&w.2)));
    assert!(pair.a.stats().strangers >= 2);
    assert_eq!(pair.a.stats().remote, None);
}

#[test]
fn an_update_keeps_source_numbers_and_timestamps_and_moves_the_flow() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    session.send(now, 160, speech()).unwrap();
    let elsewhere = offhook_core::Flow { remote: "198.51.100.7:7000".parse().unwrap(), ..flow() };
    session.update(now, terms(elsewhere)).unwrap();
    session.send(now, 160, speech()).unwrap();
    let (transmits, ..) = drain(&mut session);
    assert_eq!((transmits[0].flow, transmits[1].flow), (flow(), elsewhere));
    let [a, b] = [0, 1].map(|i: usize| PacketView::parse(&transmits[i].contents).unwrap().header());
    assert_eq!((b.ssrc, b.sequence, b.timestamp), (a.ssrc, a.sequence.next(), a.timestamp.wrapping_add(160)));
}

#[test]
fn what_is_no_packet_is_counted_by_its_cause() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    receive(&mut session, now, flow(), &b""[..]);
    receive(&mut session, now, flow(), &b"\x80\0\0"[..]);
    receive(&mut session, now, flow(), &[0x40; 40][..]);
    receive(&mut session, now, flow(), &b"\x81\xc9\0\x01\0\0\0\x01"[..]);
    receive(&mut session, now, flow(), &b"\x80\xca\0\0"[..]);
    receive(&mut session, now, flow(), packet(EVENTS, 1, 0, 7, &[1, 2]));
    receive(&mut session, now, flow(), packet(offhook_rtp::PayloadType::new(3).unwrap(), 1, 0, 7, &[0; 33]));
    let stats = session.stats();
    assert_eq!((stats.malformed, stats.unknown_payload, stats.packets_received), (6, 1, 0));
    assert_eq!(drain(&mut session).1, []);
}
