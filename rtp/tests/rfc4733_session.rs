//! RFC 4733 on whole sessions: digits between two, over a bad network.

mod common;

use common::*;
use offhook_rtp::dtmf::{Digit, QUEUE_LIMIT, TelephoneEvent};
use offhook_rtp::{Error, Event, PacketView, Terms};
use offhook_sim::epoch;

fn digit(key: char) -> Digit {
    Digit::try_from(key).unwrap()
}

fn digits(events: &[Event]) -> String {
    events
        .iter()
        .filter_map(|e| if let Event::Digit { digit, .. } = e { Some(char::from(*digit)) } else { None })
        .collect()
}

fn dial(pair: &mut Pair, keys: &str) {
    for key in keys.chars() {
        pair.a.send_digit(pair.now, digit(key), ms(100)).unwrap();
    }
}

#[test]
fn digits_sent_are_heard_once_each_with_their_length_while_both_speak() {
    let mut pair = Pair::new(1, ms(25));
    pair.run(ms(100), true, true);
    dial(&mut pair, "0123456789*#ABCD");
    assert!(pair.a.is_sending_digits());
    pair.run(ms(3000), true, true);
    assert!(!pair.a.is_sending_digits());
    assert_eq!(digits(&pair.events_b), "0123456789*#ABCD");
    for event in &pair.events_b {
        if let Event::Digit { duration, .. } = event {
            assert_eq!(*duration, ms(100));
        }
    }
    let sent = pair.events_a.iter().filter(|event| matches!(event, Event::DigitSent { .. })).count();
    assert_eq!(sent, 16);
    // one packet an interval: sound and events share the sequence
    assert_eq!(pair.a.stats().packets_sent, 155);
    assert_eq!(pair.b.stats().lost, 0);
    assert_eq!(pair.b.stats().jitter, ms(0), "the standing timestamps of events are no jitter");
}

#[test]
fn every_third_packet_lost_loses_no_digit() {
    let mut pair = Pair::new(2, ms(25));
    pair.lose = |n| n.is_multiple_of(3);
    dial(&mut pair, "5551234#");
    pair.run(ms(3000), true, false);
    assert_eq!(digits(&pair.events_b), "5551234#");
}

#[test]
fn digits_go_out_in_silence_too_and_share_its_timestamps() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    session.send(now, 160, None).unwrap();
    session.send_digit(now, digit('7'), ms(40)).unwrap();
    for _ in 0..6 {
        session.send(now, 160, None).unwrap();
    }
    session.send(now, 160, speech()).unwrap();
    let (transmits, ..) = drain(&mut session);
    let packets: Vec<_> = transmits.iter().map(|t| PacketView::parse(&t.contents).unwrap()).collect();
    let first = packets[0].header();
    let seen: Vec<_> = packets[..4]
        .iter()
        .map(|p| (p.header().marker, p.header().timestamp, TelephoneEvent::parse(p.payload()).unwrap()))
        .map(|(marker, timestamp, event)| (marker, timestamp == first.timestamp, event.duration, event.end))
        .collect();
    assert_eq!(
        seen,
        [(true, true, 160, false), (false, true, 320, true), (false, true, 320, true), (false, true, 320, true)]
    );
    assert_eq!(packets[4].header().timestamp, first.timestamp.wrapping_add(6 * 160));
    assert!(packets[4].header().marker, "sound after a silence");
    assert_eq!(packets.len(), 5);
}

#[test]
fn without_an_end_the_digit_is_told_after_150_ms() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    receive(&mut session, now, flow(), packet(EVENTS, 1, 0, 7, &[9, 10, 0, 160]));
    let (_, events, timeout) = drain(&mut session);
    assert_eq!((digits(&events).as_str(), timeout), ("", Some(now + ms(150))));
    offhook_core::Machine::handle_input(&mut session, now + ms(150), offhook_rtp::Input::Timeout).unwrap();
    assert_eq!(digits(&drain(&mut session).1), "9");
}

#[test]
fn hanging_up_tells_the_digit_that_still_sounds() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    receive(&mut session, now, flow(), packet(EVENTS, 1, 0, 7, &[9, 10, 0, 160]));
    session.close(now).unwrap();
    let (_, events, _) = drain(&mut session);
    assert_eq!((digits(&events).as_str(), events.last()), ("9", Some(&Event::Closed)));
}

#[test]
fn the_queue_is_bounded_and_needs_a_peer_that_listens() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    for _ in 0..QUEUE_LIMIT {
        session.send_digit(now, digit('1'), ms(100)).unwrap();
    }
    let full = Err(Error::QueueFull { limit: QUEUE_LIMIT });
    assert_eq!(session.send_digit(now, digit('1'), ms(100)), full);
    session.update(now, Terms { dtmf_send: None, ..terms(flow()) }).unwrap();
    assert!(!session.is_sending_digits());
    assert_eq!(session.send_digit(now, digit('1'), ms(100)), Err(Error::DtmfNotNegotiated));
}
