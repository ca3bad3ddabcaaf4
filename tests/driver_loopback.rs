//! The async API on real sockets, on loopback. No fixed port, and no waiting but for events.
#![cfg(feature = "tokio")]
#![allow(clippy::disallowed_methods, reason = "a program on tokio")]

use offhook::call::{GatherEnd, MediaEvent, Tap};
use offhook::driver::Played;
use offhook::media::score;
use offhook::media::wav::Clip;
use offhook::sip_dialog::Cause;
use offhook::sip_parser::Status;
use offhook::ua::Ended;
use offhook::{Call, CallEvent, Error, IncomingCall, UserAgent};
use std::future::IntoFuture;
use std::time::Duration;
use tokio::sync::mpsc;

/// A bound on everything that should happen at once; reached only by a failure.
const PATIENCE: Duration = Duration::from_secs(10);

async fn soon<T>(what: impl IntoFuture<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what.into_future()).await.expect("it happens soon")
}

async fn agent() -> UserAgent {
    UserAgent::builder().listen("udp:127.0.0.1:0").expect("a place").build().await.expect("a user agent")
}

fn uri(agent: &UserAgent) -> String {
    format!("sip:bot@{}", agent.listening()[0].address)
}

/// Two agents, and a call from the first to the second that has come in there and is not answered.
async fn ringing() -> (UserAgent, UserAgent, Call, IncomingCall) {
    let (a, b) = (agent().await, agent().await);
    let call = soon(a.call(&uri(&b)).start()).await.expect("a call");
    let incoming = soon(b.incoming()).await.expect("it rings");
    (a, b, call, incoming)
}

async fn talking() -> (UserAgent, UserAgent, Call, Call) {
    let (a, b, mut call, incoming) = ringing().await;
    let mut theirs = soon(incoming.answer()).await.expect("answered");
    soon(call.answered()).await.expect("answered");
    soon(theirs.answered()).await.expect("acknowledged");
    (a, b, call, theirs)
}

fn cause(error: Error) -> Ended {
    match error {
        Error::Ended(cause) => cause,
        error => panic!("{error:?}"),
    }
}

fn tone(frequency: f64, rate: u32, length: Duration) -> Clip {
    let step = std::f64::consts::TAU * frequency / f64::from(rate);
    let count = (length.as_secs_f64() * f64::from(rate)) as u32;
    let samples: Vec<i16> = (0..count).map(|i| (8000.0 * (step * f64::from(i)).sin()) as i16).collect();
    Clip::new(samples, rate).expect("a clip")
}

/// Hands on what is heard.
struct Ear(mpsc::UnboundedSender<Vec<i16>>);

impl Tap for Ear {
    fn hear(&mut self, heard: &[i16], _sent: &[i16]) -> Result<(), offhook::media::Error> {
        let _ = self.0.send(heard.to_vec());
        Ok(())
    }
}

#[tokio::test]
async fn a_call_is_answered_and_each_end_knows_why_it_ended() {
    let (_a, b, call, theirs) = talking().await;
    assert_eq!(call.to(), uri(&b));
    assert_eq!(theirs.to(), uri(&b));
    let (mine, other) = soon(async { tokio::join!(call.hang_up(), theirs.ended()) }).await;
    assert_eq!(mine.cause, Ended::Session(Cause::LocalHangUp));
    assert_eq!(other.cause, Ended::Session(Cause::RemoteHangUp));
    assert_eq!((mine.codec.as_deref(), other.codec.as_deref()), (Some("PCMU"), Some("PCMU")));
    assert!(mine.media.is_some() && other.media.is_some());
}

#[tokio::test]
async fn what_is_played_is_heard_and_recorded() {
    let (_a, _b, mut call, mut theirs) = talking().await;
    let file = std::env::temp_dir().join(format!("offhook-driver-loopback-{}.wav", std::process::id()));
    soon(theirs.record(&file)).await.expect("a recording");
    let (ear, mut heard) = mpsc::unbounded_channel();
    soon(theirs.tap_with(move |_| Ok(Box::new(Ear(ear))))).await.expect("a tap");
    let clip = tone(800.0, 16_000, Duration::from_millis(400));
    assert_eq!(soon(call.play(clip)).await.expect("played"), Played::ToTheEnd);
    // The end has left; it has arrived when as much was heard.
    // Of 3200 samples at 800 Hz every fifth is a crossing of zero.
    const ALMOST_ALL: usize = 3200 * 4 / 5 * 19 / 20;
    let loud = |samples: &[i16]| samples.iter().filter(|s| s.unsigned_abs() > 500).count();
    soon(async {
        let mut sounding = 0;
        while sounding < ALMOST_ALL {
            sounding += loud(&heard.recv().await.expect("the call is up"));
        }
    })
    .await;
    soon(call.hang_up()).await;
    soon(theirs.ended()).await;
    let recorded = Clip::from_path(&file).expect("a recording");
    std::fs::remove_file(&file).expect("it was there");
    let pitch = score::dominant_frequency(recorded.samples(), 8000);
    assert!((pitch - 800.0).abs() < 10.0, "{pitch} Hz");
    assert!(loud(recorded.samples()) >= ALMOST_ALL);
}

#[tokio::test]
async fn digits_are_gathered_and_stop_a_clip() {
    let (_a, _b, mut call, mut theirs) = talking().await;
    let pressing = async {
        call.send_dtmf("1").await?;
        call.send_dtmf("23#").await?;
        Ok::<_, Error>(call)
    };
    let answering = async {
        let played = theirs.play(tone(500.0, 8000, Duration::from_secs(15))).until_digit().await?;
        let gathered = theirs.gather().until('#').await?;
        Ok::<_, Error>((played, gathered, theirs))
    };
    let (pressed, answered) = soon(async { tokio::join!(pressing, answering) }).await;
    let (played, gathered, theirs) = answered.expect("gathered");
    assert_eq!(played, Played::StoppedBy('1'));
    assert_eq!((gathered.digits.as_str(), gathered.end), ("123", GatherEnd::Terminator('#')));
    drop(pressed.expect("pressed"));
    assert_eq!(soon(theirs.ended()).await.digits, "123#");
}

#[tokio::test]
async fn a_call_that_is_dropped_hangs_up() {
    let (_a, _b, call, theirs) = talking().await;
    drop(call);
    assert_eq!(soon(theirs.ended()).await.cause, Ended::Session(Cause::RemoteHangUp));
}

#[tokio::test]
async fn a_call_that_is_dropped_before_it_is_answered_is_cancelled() {
    let (_a, _b, call, incoming) = ringing().await;
    drop(call);
    // Answering may still succeed if it is faster than the CANCEL; then a BYE comes.
    match soon(incoming.answer()).await {
        Ok(call) => assert!(matches!(soon(call.ended()).await.cause, Ended::Session(_))),
        Err(error) => assert!(matches!(error, Error::CallOver | Error::WrongState), "{error:?}"),
    }
}

#[tokio::test]
async fn an_incoming_call_that_is_dropped_says_480() {
    let (_a, _b, mut call, incoming) = ringing().await;
    drop(incoming);
    let ended = cause(soon(call.answered()).await.expect_err("refused"));
    assert_eq!(ended.status(), Some(Status::TEMPORARILY_UNAVAILABLE));
}

#[tokio::test]
async fn a_rejected_call_says_why_after_it_rang() {
    let (_a, _b, mut call, incoming) = ringing().await;
    assert_eq!(soon(call.next_event()).await, Some(CallEvent::Progress(Status::RINGING)));
    soon(incoming.reject(Status::BUSY_HERE)).await;
    let ended = cause(soon(call.answered()).await.expect_err("refused"));
    assert_eq!(ended, Ended::Session(Cause::Rejected(Status::BUSY_HERE)));
    assert!(call.is_over());
    let error = soon(call.send_dtmf("1")).await.expect_err("nobody hears it");
    assert!(matches!(error, Error::Ended(_) | Error::CallOver), "{error:?}");
}

#[tokio::test]
async fn shut_down_hangs_up_and_closes_the_sockets() {
    let (a, b, call, theirs) = talking().await;
    let address = a.listening()[0].address;
    soon(a.shut_down()).await;
    assert!(soon(call.ended()).await.cause.is_normal());
    assert_eq!(soon(theirs.ended()).await.cause, Ended::Session(Cause::RemoteHangUp));
    assert!(matches!(a.call(&uri(&b)).await, Err(Error::ShuttingDown)));
    assert!(soon(a.incoming()).await.is_none());
    // Its port is free again.
    let again = UserAgent::builder().listen(&format!("udp:{address}")).expect("a place").build().await;
    soon(again.expect("the socket was closed").shut_down()).await;
    soon(b.shut_down()).await;
}

#[tokio::test]
async fn a_bad_place_a_taken_port_and_a_bad_uri_are_told() {
    assert!(matches!(UserAgent::builder().listen("127.0.0.1:5060"), Err(Error::BadListen | Error::Transport)));
    assert!(matches!(UserAgent::builder().listen("sctp:127.0.0.1:5061"), Err(Error::Transport)));
    assert!(matches!(UserAgent::builder().build().await, Err(Error::NoListener)));
    let a = agent().await;
    let taken = format!("udp:{}", a.listening()[0].address);
    assert!(
        matches!(UserAgent::builder().listen(&taken).expect("a place").build().await, Err(Error::Bind { address, .. }) if address == a.listening()[0].address)
    );
    assert!(matches!(a.call("not a uri").await, Err(Error::BadUri(_))));
    let strange = || vec![offhook::sdp::Codec::new("SPEEX", 8000, 97)];
    assert!(matches!(a.call("sip:b@127.0.0.1:9").codecs(strange()).await, Err(Error::UnknownCodec { .. })));
    let builder = UserAgent::builder().listen("udp:127.0.0.1:0").expect("a place");
    assert!(matches!(builder.codecs(strange()).build().await, Err(Error::UnknownCodec { clock_rate: 8000, .. })));
}

#[tokio::test]
async fn a_status_that_refuses_nothing_refuses_all_the_same() {
    let (_a, _b, mut call, incoming) = ringing().await;
    soon(incoming.reject(Status::OK)).await;
    let ended = cause(soon(call.answered()).await.expect_err("refused"));
    assert_eq!(ended, Ended::Session(Cause::Rejected(Status::DECLINE)));
}

/// A tap that fails at once.
struct Full;

impl Tap for Full {
    fn hear(&mut self, _heard: &[i16], _sent: &[i16]) -> Result<(), offhook::media::Error> {
        Err(FULL)
    }
}

const FULL: offhook::media::Error =
    offhook::media::Error::Io { doing: "recording", kind: std::io::ErrorKind::StorageFull };

#[tokio::test]
async fn a_recording_that_cannot_be_made_or_ended_is_told() {
    let (_a, _b, mut call, theirs) = talking().await;
    let path = std::env::temp_dir().join("offhook-no-such-folder").join("heard.wav");
    let error = soon(call.record(&path)).await.expect_err("there is no such folder");
    assert!(matches!(&error, Error::Recording { path: at, .. } if **at == *path), "{error:?}");
    assert!(error.to_string().contains("offhook-no-such-folder"), "{error}");
    soon(call.tap_with(|_| Ok(Box::new(Full)))).await.expect("a tap");
    while soon(call.next_event()).await != Some(CallEvent::Media(MediaEvent::TapFailed(FULL))) {}
    let (report, other) = soon(async { tokio::join!(call.hang_up(), theirs.ended()) }).await;
    assert_eq!(report.media.expect("it was heard").tap_failed, Some(FULL));
    assert_eq!(other.media.expect("it was heard").tap_failed, None);
}

#[tokio::test]
async fn shut_down_waits_five_seconds_for_the_silent_and_then_closes_the_sockets() {
    let (a, gone) = (agent().await, agent().await);
    let (address, to) = (a.listening()[0].address, uri(&gone));
    soon(gone.shut_down()).await;
    let call = soon(a.call(&to).start()).await.expect("a call");
    soon(a.shut_down()).await;
    assert_eq!(soon(call.ended()).await.cause, Ended::Session(Cause::GaveUp));
    let again = UserAgent::builder().listen(&format!("udp:{address}")).expect("a place").build().await;
    assert!(again.is_ok(), "the socket was closed");
}
