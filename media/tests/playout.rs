//! The playout queue: what is told, when, and what is never played.

use offhook_media::playout::{Config, Event, Mark, Player, Source};
use offhook_media::tone::Tone;
use offhook_media::wav::Clip;
use offhook_media::{AudioFrame, Error, score};
use std::time::Duration;

fn events(player: &mut Player) -> Vec<Event> {
    std::iter::from_fn(|| player.poll_event()).collect()
}

fn clip(value: i16, millis: u64, rate: u32) -> Clip {
    Clip::new(vec![value; (millis * u64::from(rate) / 1000) as usize], rate).expect("rate in range")
}

#[test]
fn sounds_follow_each_other_and_each_event_comes_when_its_sample_was_pulled() {
    let mut player = Player::new(8000).expect("rate in range");
    let a = player.queue(clip(100, 30, 8000)).expect("room");
    player.mark(Mark(7)).expect("room");
    let b = player.queue(clip(200, 10, 8000)).expect("room");
    let mut frame = [1; 160];
    assert_eq!((player.pull(&mut frame), events(&mut player)), (160, vec![Event::Started(a)]));
    assert_eq!(player.pull(&mut frame), 160);
    assert_eq!((frame[79], frame[80]), (100, 200));
    let rest = [Event::Finished(a), Event::Mark(Mark(7)), Event::Started(b)];
    assert_eq!(events(&mut player), [&rest[..], &[Event::Finished(b)]].concat());
    assert_eq!((player.pull(&mut frame), frame), (0, [0; 160]));
    assert_eq!(player.played(), Duration::from_millis(40));
    assert!(player.is_idle());
}

#[test]
fn clear_silences_at_once_and_tells_what_was_not_played() {
    let mut player = Player::new(8000).expect("rate in range");
    let a = player.queue(clip(100, 100, 44_100)).expect("room");
    player.mark(Mark(1)).expect("room");
    let b = player.queue(clip(200, 1000, 24_000)).expect("room");
    player.mark(Mark(2)).expect("room");
    let mut frame = [0; 160];
    for _ in 0..3 {
        assert_eq!(player.pull(&mut frame), 160);
    }
    let unplayed = player.clear();
    assert_eq!((unplayed.samples, unplayed.duration), (8320, Duration::from_millis(1040)));
    assert_eq!((unplayed.plays, unplayed.marks), (vec![a, b], vec![Mark(1), Mark(2)]));
    assert_eq!((player.pull(&mut frame), frame), (0, [0; 160]));
    assert_eq!(events(&mut player), [Event::Started(a)]);

    // What is queued after is played from its beginning, with nothing of the old in it.
    let c = player.queue(clip(-5000, 40, 24_000)).expect("room");
    assert_eq!((player.pull(&mut frame), player.pull(&mut frame), player.pull(&mut frame)), (160, 160, 0));
    assert_eq!(events(&mut player), [Event::Started(c), Event::Finished(c)]);
    assert_eq!((player.played(), player.clear().samples), (Duration::from_millis(100), 0));
}

#[test]
fn what_was_played_and_what_was_not_make_the_whole_wherever_it_is_cut() {
    for pulls in 0..12 {
        let mut player = Player::new(8000).expect("rate in range");
        player.queue(clip(1, 63, 48_000)).expect("room");
        player.queue(clip(2, 50, 8_000)).expect("room");
        player.queue(clip(3, 77, 22_050)).expect("room");
        let mut frame = [0; 160];
        let played: u64 = (0..pulls).map(|_| player.pull(&mut frame) as u64).sum();
        // 504 + 400 + ceil(1697 × 8000 / 22050)
        assert_eq!(played + player.clear().samples, 504 + 400 + 616, "after {pulls} frames");
    }
}

#[test]
fn a_pause_loses_nothing() {
    let mut player = Player::new(8000).expect("rate in range");
    player.queue(clip(9, 40, 8000)).expect("room");
    let mut frame = [0; 160];
    player.pull(&mut frame);
    player.pause();
    assert_eq!((player.pull(&mut frame), frame, player.is_paused()), (0, [0; 160], true));
    player.resume();
    assert_eq!((player.pull(&mut frame), frame), (160, [9; 160]));
}

#[test]
fn a_burst_of_small_frames_at_another_rate_is_one_seamless_tone() {
    let mut player = Player::new(8000).expect("rate in range");
    let mut tone = Tone::sine(1000.0).source(24_000, None);
    for n in 0..100u64 {
        let mut piece = [0; 240];
        tone.read(&mut piece);
        player.queue(AudioFrame::mono(piece, 24_000, n * 240)).expect("room");
    }
    let mut heard = vec![0; 8000];
    assert_eq!(player.pull(&mut heard), 8000);
    assert!(score::tone_snr(&heard[100..7900], 8000, 1000.0) > 60.0);
    assert_eq!(events(&mut player).len(), 200);
}

#[test]
fn a_tone_without_end_plays_until_it_is_cleared() {
    let mut player = Player::new(8000).expect("rate in range");
    let id = player.queue(Tone::ringback().source(8000, None)).expect("room");
    let mut frame = [0; 8000];
    assert_eq!((player.pull(&mut frame), player.pull(&mut frame)), (8000, 8000));
    assert_eq!((player.clear().plays, player.pull(&mut frame)), (vec![id], 0));
}

#[test]
fn empty_sounds_and_lone_marks_are_told_and_the_queue_is_bounded() {
    let config = Config { entries: 3, events: 3 };
    let mut player = Player::with_config(8000, config).expect("rate in range");
    player.mark(Mark(1)).expect("room");
    let empty = player.queue(AudioFrame::silence(0, 16_000, 0)).expect("room");
    player.mark(Mark(2)).expect("room");
    assert_eq!(player.mark(Mark(3)), Err(Error::QueueFull { limit: 3 }));
    assert_eq!(player.pull(&mut [0; 160]), 0);
    // Four events, of which three are kept.
    assert_eq!(player.events_lost(), 1);
    assert_eq!(events(&mut player), [Event::Started(empty), Event::Finished(empty), Event::Mark(Mark(2))]);
    assert_eq!(player.queue(AudioFrame::silence(1, 1, 0)), Err(Error::Rate { rate: 1 }));
}
