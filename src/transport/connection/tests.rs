use super::*;
use offhook_sim::laws::{self, Script};
use offhook_sim::{SeededEntropy, epoch};
use proptest::prelude::*;

const OPTIONS: &[u8] =
    b"OPTIONS sip:b@x SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bKa\r\nContent-Length: 4\r\n\r\nbody";

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

struct Rig {
    connection: Connection,
    now: Instant,
    written: Vec<u8>,
    events: Vec<Event>,
    next: Option<Instant>,
    /// Whether the system takes what we write.
    takes: bool,
}

impl Rig {
    fn new(side: Side) -> Self {
        Rig::with(side, Config::default())
    }

    fn with(side: Side, config: Config) -> Self {
        let connection = Connection::new(epoch(), side, config, &mut SeededEntropy::new(1));
        let mut rig = Rig { connection, now: epoch(), written: vec![], events: vec![], next: None, takes: true };
        rig.drain();
        rig
    }

    fn input(&mut self, input: Input<'_>) -> &mut Self {
        let Ok(()) = self.connection.handle_input(self.now, input);
        self.drain();
        self
    }

    fn drain(&mut self) {
        loop {
            match self.connection.poll_output() {
                Output::Transmit(bytes) => {
                    self.written.extend_from_slice(&bytes);
                    if self.takes {
                        let Ok(()) = self.connection.handle_input(self.now, Input::Written(bytes.len()));
                    }
                }
                Output::Event(event) => self.events.push(event),
                Output::Timeout(at) => return self.next = at,
            }
        }
    }

    /// Lets time pass, firing what falls due.
    fn pass(&mut self, time: Duration) -> &mut Self {
        let end = self.now + time;
        while let Some(at) = self.next.filter(|at| *at <= end) {
            self.now = at;
            self.input(Input::Timeout);
        }
        self.now = end;
        self
    }

    fn closed(&self) -> Option<CloseReason> {
        self.events.iter().find_map(|e| match e {
            Event::Closed(reason) => Some(*reason),
            Event::Message(_) => None,
        })
    }

    fn messages(&self) -> usize {
        self.events.iter().filter(|e| matches!(e, Event::Message(_))).count()
    }
}

#[test]
fn a_stranger_who_says_nothing_is_closed_and_pings_do_not_help_him() {
    let mut rig = Rig::new(Side::Accepted);
    for _ in 0..7 {
        rig.pass(secs(4)).input(Input::Received(b"\r\n\r\n"));
    }
    assert_eq!((rig.closed(), rig.written.len()), (None, 14));
    assert_eq!(rig.pass(secs(4)).closed(), Some(CloseReason::NoMessage));
    assert_eq!(rig.next, None);
}

#[test]
fn a_header_that_drips_is_closed_however_often_a_byte_comes() {
    let mut rig = Rig::new(Side::Accepted);
    rig.input(Input::Received(OPTIONS));
    for byte in OPTIONS.iter().take(40) {
        rig.input(Input::Received(&[*byte])).pass(Duration::from_millis(260));
    }
    assert_eq!((rig.closed(), rig.messages()), (Some(CloseReason::SlowMessage), 1));
}

#[test]
fn each_message_has_its_own_time() {
    let mut rig = Rig::new(Side::Accepted);
    let (head, rest) = OPTIONS.split_at(20);
    rig.input(Input::Received(head));
    for _ in 0..5 {
        // The end of one and the beginning of the next, in one piece.
        rig.pass(secs(9)).input(Input::Received(&[rest, head].concat()));
    }
    assert_eq!((rig.closed(), rig.messages()), (None, 5));
    assert_eq!(rig.pass(secs(10)).closed(), Some(CloseReason::SlowMessage));
}

#[test]
fn a_content_length_of_100_mb_is_answered_and_closed_and_costs_no_memory() {
    let mut rig = Rig::new(Side::Accepted);
    let head = b"INVITE sip:b@x SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bKa\r\nContent-Length: 104857600\r\n\r\n";
    rig.input(Input::Received(head));
    assert_eq!((rig.messages(), rig.closed()), (1, None));
    rig.input(Input::Received(&[b'x'; 4096])).input(Input::Send(Bytes::from_static(b"SIP/2.0 413")));
    assert_eq!(rig.written, b"SIP/2.0 413");
    assert!(matches!(rig.closed(), Some(CloseReason::BadBytes(_))), "{:?}", rig.events);
}

#[test]
fn what_nobody_answers_is_closed_all_the_same() {
    let mut rig = Rig::new(Side::Accepted);
    rig.input(Input::Received(b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"));
    assert_eq!(rig.closed(), None);
    assert!(matches!(rig.pass(secs(1)).closed(), Some(CloseReason::BadBytes(_))));
}

#[test]
fn a_peer_that_does_not_read_is_closed_by_time_and_by_size() {
    let config = Config { write_queue: 100, ..Config::default() };
    let mut rig = Rig::with(Side::Accepted, config);
    rig.takes = false;
    rig.input(Input::Received(OPTIONS)).input(Input::Send(Bytes::from(vec![b'a'; 90])));
    rig.pass(secs(19)).input(Input::Written(10)).pass(secs(19));
    assert_eq!(rig.closed(), None);
    assert_eq!(rig.pass(secs(1)).closed(), Some(CloseReason::SlowReader));
    assert!(rig.connection.is_writing());
    let mut rig = Rig::with(Side::Accepted, config);
    rig.takes = false;
    rig.input(Input::Received(OPTIONS)).input(Input::Send(Bytes::from(vec![b'a'; 90])));
    assert_eq!(rig.input(Input::Send(Bytes::from(vec![b'a'; 10]))).closed(), None);
    assert_eq!(rig.input(Input::Send(Bytes::from_static(b"b"))).closed(), Some(CloseReason::QueueFull));
}

#[test]
fn one_message_larger_than_the_queue_can_leave() {
    let mut rig = Rig::with(Side::Opened, Config { write_queue: 10, ..Config::default() });
    rig.input(Input::Send(Bytes::from(vec![b'a'; 90])));
    assert_eq!((rig.closed(), rig.written.len()), (None, 90));
}

#[test]
fn silence_ends_an_accepted_connection_and_a_ping_breaks_it() {
    let mut rig = Rig::new(Side::Accepted);
    rig.input(Input::Received(OPTIONS)).pass(secs(1700)).input(Input::Received(b"\r\n\r\n")).pass(secs(1700));
    assert_eq!(rig.closed(), None);
    assert_eq!(rig.pass(secs(100)).closed(), Some(CloseReason::Idle));
}

#[test]
fn our_connection_is_kept_alive_by_pings_but_not_for_ever_without_a_message() {
    let mut rig = Rig::new(Side::Opened);
    rig.pass(secs(190));
    assert_eq!(rig.written, b"\r\n\r\n\r\n\r\n");
    assert_eq!(rig.pass(secs(1610)).closed(), Some(CloseReason::Idle));
}

#[test]
fn a_missing_pong_counts_only_from_who_ever_sent_one() {
    let mut rig = Rig::new(Side::Opened);
    rig.pass(secs(600));
    assert_eq!(rig.closed(), None);
    rig.input(Input::Received(b"\r\n")).pass(secs(76));
    rig.pass(secs(95 + 11));
    assert_eq!(rig.closed(), Some(CloseReason::NoPong));
}

#[test]
fn the_end_of_the_stream_says_whether_a_message_was_cut_and_lets_us_finish() {
    let mut rig = Rig::new(Side::Accepted);
    assert_eq!(rig.input(Input::Received(OPTIONS)).input(Input::End).closed(), Some(CloseReason::Ended));
    let mut rig = Rig::new(Side::Accepted);
    assert_eq!(rig.input(Input::Received(&OPTIONS[..30])).input(Input::End).closed(), Some(CloseReason::CutOff));
    let mut rig = Rig::new(Side::Accepted);
    rig.takes = false;
    rig.input(Input::Send(Bytes::from_static(b"abc"))).input(Input::Close);
    assert_eq!(rig.closed(), None);
    assert_eq!(rig.input(Input::Written(3)).closed(), Some(CloseReason::Local));
    let mut rig = Rig::new(Side::Accepted);
    rig.takes = false;
    rig.input(Input::Send(Bytes::from_static(b"abc"))).input(Input::Close);
    assert_eq!(rig.pass(secs(1)).closed(), Some(CloseReason::Local));
    assert!(rig.connection.is_writing(), "what was lost is known");
}

fn story() -> Script<Connection> {
    let make = || Connection::new(epoch(), Side::Accepted, Config::default(), &mut SeededEntropy::new(1));
    let told = |input: Input<'static>| move |c: &mut Connection, now: Instant| c.handle_input(now, input.clone());
    Script::new(make, |c: &mut Connection, now| {
        let Ok(()) = c.handle_input(now, Input::Timeout);
    })
    .step(secs(1), "half a message", told(Input::Received(&OPTIONS[..50])))
    .step(secs(2), "the rest and a ping", told(Input::Received(b"tent-Length: 4\r\n\r\nbody\r\n\r\n")))
    .step(secs(3), "an answer", told(Input::Send(Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"))))
    .step(secs(4), "written", told(Input::Written(20)))
    .step(secs(5), "another", told(Input::Send(Bytes::from_static(b"BYE"))))
    .step(secs(6), "closed", told(Input::Close))
    .finished_when(|c| matches!(c.state, State::Closed))
}

#[test]
fn the_laws_hold() {
    laws::check(&story());
}

proptest! {
    #[test]
    fn any_bytes_in_any_state_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        laws::check_bytes(&story(), &bytes, |c, now, bytes| {
            let Ok(()) = c.handle_input(now, Input::Received(bytes));
        });
    }

    #[test]
    fn a_stream_cut_at_any_byte_gives_the_same_messages(cut in 0..OPTIONS.len() * 2) {
        let stream = [OPTIONS, OPTIONS].concat();
        let mut rig = Rig::new(Side::Accepted);
        let (a, b) = stream.split_at(cut);
        rig.input(Input::Received(a)).input(Input::Received(b));
        prop_assert_eq!(rig.events, vec![Event::Message(Bytes::from_static(OPTIONS)); 2]);
    }
}
