//! What is heard in a call, measured at its taps.

mod common;

use common::*;
use offhook::call::MediaEvent;
use offhook::media::score;
use offhook::media::wav::{Channels, Clip, Limits, Recorder};
use offhook::sdp::Codec;
use offhook_sim::{Link, World};
use std::io::Cursor;

fn each_hears_the_others_tone(codec: Codec) {
    let mut world = World::new(21);
    let caller = Plan { codecs: Some(vec![codec]), ..Plan::default() };
    let a = phone(&mut world, 1, caller.tone(440.0).hang_up(secs(2)));
    let b = phone(&mut world, 2, Plan::answers().tone(1000.0));
    let (out, back) = establish(&mut world, a, b, 2);
    world.run_for(secs(3));
    let (out, back) = (&world[a].lines[&out], &world[b].lines[&back]);
    assert_tone(&out.heard, 1000.0, 8000 * 19 / 10);
    assert_tone(&back.heard, 440.0, 8000 * 19 / 10);
    assert_tone(&out.sent, 440.0, 8000 * 19 / 10);
    for line in [out, back] {
        let stats = line.stats();
        assert_eq!((stats.rtp.lost, stats.rtp.strangers, stats.rtp.malformed, stats.rtp.unknown_payload), (0, 0, 0, 0));
        assert_eq!((stats.skipped_ticks, stats.undecodable), (0, 0));
        assert!(stats.rtp.packets_received >= 95 && stats.rtp.packets_sent >= 95, "{}", stats.rtp);
        assert!(stats.rtp.mos.is_some_and(|mos| mos > 4.0), "{}", stats.rtp);
        assert!(line.events.iter().any(|(_, e)| *e == MediaEvent::Heard));
    }
    assert_eq!((world[a].early, world[b].early), (0, 0), "no packet came before its media");
}

#[test]
fn each_hears_the_others_tone_in_pcmu() {
    each_hears_the_others_tone(Codec::pcmu());
}

#[test]
fn each_hears_the_others_tone_in_pcma() {
    each_hears_the_others_tone(Codec::pcma());
}

#[test]
fn an_echo_comes_back_as_it_was() {
    let mut world = World::new(22);
    let a = phone(&mut world, 1, Plan::default().tone(440.0));
    let b = phone(&mut world, 2, Plan::answers());
    let (out, back) = establish(&mut world, a, b, 2);
    world.with(b, |p, _| p.media(back).set_echo(true));
    world.run_for(secs(2));
    assert_tone(&world[a].lines[&out].heard, 440.0, 8000 * 18 / 10);
}

#[test]
fn a_stereo_clip_of_44100_hz_is_played_at_the_right_speed_and_pitch() {
    let mut file = Vec::new();
    let mut wav = Recorder::new(Cursor::new(&mut file), 44_100, Channels::Stereo).expect("a file");
    let half_a_second = sine(700.0, 44_100, 22_050);
    wav.write_sides(&half_a_second, &half_a_second).expect("written");
    wav.finish().expect("written");
    let clip = Clip::read(&file[..], Limits::default()).expect("a clip");

    let mut world = World::new(23);
    let a = phone(&mut world, 1, Plan::default());
    let b = phone(&mut world, 2, Plan { clip: Some(clip), ..Plan::answers() });
    let (out, back) = establish(&mut world, a, b, 2);
    world.run_for(secs(1));
    let heard = tone_in(&world[a].lines[&out].heard);
    let pitch = score::dominant_frequency(heard, 8000);
    assert!((pitch - 700.0).abs() < 1.0, "{pitch} Hz");
    assert!(heard.len().abs_diff(4000) < 40, "{} samples for half a second", heard.len());
    let played = world[b].lines[&back].events.iter();
    let played: Vec<_> = played.filter(|(_, e)| !matches!(e, MediaEvent::Heard)).collect();
    let [(started, MediaEvent::PlayStarted(one)), (ended, MediaEvent::PlayFinished(other))] = played[..] else {
        panic!("{played:?}")
    };
    assert_eq!(one, other);
    assert!((*ended - *started).abs_diff(ms(500)) <= ms(20), "{:?}", *ended - *started);
}

#[test]
fn digits_arrive_both_ways_each_once_and_in_order() {
    let mut world = World::new(24);
    let a = phone(&mut world, 1, Plan { digits: "147*0#D", ..Plan::default() }.tone(440.0));
    let b = phone(&mut world, 2, Plan { digits: "2580", ..Plan::answers() });
    let (out, back) = establish(&mut world, a, b, 2);
    world.run_for(secs(3));
    let (out, back) = (&world[a].lines[&out], &world[b].lines[&back]);
    assert_eq!((out.digits().as_str(), back.digits().as_str()), ("2580", "147*0#D"));
    let sent = |line: &Line| line.events.iter().filter(|(_, e)| matches!(e, MediaEvent::DigitSent { .. })).count();
    assert_eq!((sent(out), sent(back)), (7, 4));
    for (_, event) in &back.events {
        if let MediaEvent::Digit { duration, .. } = event {
            assert!(duration.abs_diff(ms(100)) <= ms(20), "pressed for {duration:?}");
        }
    }
}

#[test]
fn jitter_of_a_busy_network_is_not_heard() {
    let mut world = World::new(25);
    world.net_mut().set_default_link(Link { delay: ms(30), jitter: ms(25), ..Link::default() });
    let a = phone(&mut world, 1, Plan::default().tone(440.0).hang_up(secs(3)));
    let b = phone(&mut world, 2, Plan::answers().tone(1000.0));
    let (out, back) = establish(&mut world, a, b, 2);
    world.run_for(secs(4));
    assert_tone(&world[a].lines[&out].heard, 1000.0, 8000 * 27 / 10);
    assert_tone(&world[b].lines[&back].heard, 440.0, 8000 * 27 / 10);
}
