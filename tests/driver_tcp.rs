//! SIP over TCP between real sockets on loopback: whole calls, and peers that mean no good beside a call that goes on.

#![cfg(feature = "tokio")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "real sockets")]

mod loopback;

use loopback::{counted, ends_well, soon, talking};
use offhook::sip_dialog::Cause;
use offhook::transport::Config;
use offhook::ua::Ended;
use offhook::{Account, Error, RegistrationEvent, UserAgent};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

async fn agent_with(config: Config) -> UserAgent {
    let builder = UserAgent::builder().listen("tcp:127.0.0.1:0").expect("a place").streams(config);
    builder.build().await.expect("a user agent")
}

async fn agent() -> UserAgent {
    agent_with(Config::default()).await
}

fn uri(agent: &UserAgent) -> String {
    format!("sip:bot@{};transport=tcp", agent.listening()[0].address)
}

fn options(body: &str) -> String {
    format!(
        "OPTIONS sip:bot@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKq\r\nFrom: <sip:a@x>;tag=1\r\n\
         To: <sip:bot@127.0.0.1>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: {body}\r\n\r\n"
    )
}

async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains(end) {
        let mut piece = [0; 2048];
        let count = soon(stream.read(&mut piece)).await.expect("the connection is up");
        assert!(count > 0, "closed after {:?}", String::from_utf8_lossy(&text));
        text.extend_from_slice(&piece[..count]);
    }
    String::from_utf8_lossy(&text).into_owned()
}

async fn is_closed(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    soon(stream.read_to_end(&mut rest)).await.is_ok_and(|_| true)
}

#[tokio::test]
async fn a_call_goes_over_one_connection_from_invite_to_bye() {
    let (a, b) = (agent().await, agent().await);
    let (call, theirs) = talking(&a, &b, &uri(&b)).await;
    assert_eq!(call.to(), uri(&b));
    ends_well(call, theirs).await;
    assert_eq!((a.stream_counters().opened, b.stream_counters().accepted), (1, 1));
    assert_eq!((a.stream_counters().accepted, b.stream_counters().opened), (0, 0));
}

#[tokio::test]
async fn the_called_side_hangs_up_over_the_connection_of_the_caller() {
    let (a, b) = (agent().await, agent().await);
    let (call, theirs) = talking(&a, &b, &uri(&b)).await;
    let (other, mine) = soon(async { tokio::join!(theirs.hang_up(), call.ended()) }).await;
    assert_eq!(other.cause, Ended::Session(Cause::LocalHangUp));
    assert_eq!(mine.cause, Ended::Session(Cause::RemoteHangUp));
    assert_eq!(b.stream_counters().opened, 0);
}

#[tokio::test]
async fn a_second_call_takes_the_connection_of_the_first() {
    let (a, b) = (agent().await, agent().await);
    let (first, theirs) = talking(&a, &b, &uri(&b)).await;
    let (second, also) = talking(&a, &b, &uri(&b)).await;
    ends_well(first, theirs).await;
    ends_well(second, also).await;
    assert_eq!(a.stream_counters().opened, 1);
}

#[tokio::test]
async fn nobody_there_fails_the_call_at_once() {
    let a = agent().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("bound");
    let error = soon(a.call(&format!("sip:b@{nobody};transport=tcp"))).await.err().expect("nobody answers");
    assert!(matches!(error, Error::Ended(Ended::Session(Cause::Failed(_)))), "{error:?}");
    assert_eq!(a.stream_counters().not_connected, 1);
}

#[tokio::test]
async fn what_is_not_listened_on_is_not_carried() {
    let a = agent().await;
    assert!(matches!(soon(a.call("sip:b@127.0.0.1:5060;transport=udp")).await, Err(Error::Transport)));
    assert!(matches!(soon(a.call("sips:b@127.0.0.1:5060")).await, Err(Error::Transport)));
}

#[tokio::test]
async fn shut_down_closes_listener_and_connections_after_the_last_word() {
    let (a, b) = (agent().await, agent().await);
    let (call, theirs) = talking(&a, &b, &uri(&b)).await;
    let place = b.listening()[0];
    soon(b.shut_down()).await;
    assert!(soon(theirs.ended()).await.cause.is_normal());
    assert_eq!(soon(call.ended()).await.cause, Ended::Session(Cause::RemoteHangUp));
    let again = UserAgent::builder().listen(&place.to_string()).expect("a place").build().await;
    assert!(again.is_ok(), "the port is free again");
}

#[tokio::test]
async fn a_response_whose_connection_is_gone_goes_to_sent_by_over_a_new_one() {
    let b = agent().await;
    let back = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = back.local_addr().expect("bound").port();
    let mut stream = TcpStream::connect(b.listening()[0].address).await.expect("connected");
    let invite = format!(
        "INVITE sip:bot@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:{port};branch=z9hG4bKq\r\nFrom: <sip:a@x>;tag=1\r\n\
         To: <sip:bot@127.0.0.1>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1:{port};transport=tcp>\r\n\
         Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(invite.as_bytes()).await.expect("written");
    let incoming = soon(b.incoming()).await.expect("it rings");
    read_until(&mut stream, "SIP/2.0 180").await;
    drop(stream);
    counted(&b, |c| c.ended == 1).await;
    soon(incoming.reject(offhook::sip_parser::Status::BUSY_HERE)).await;
    let (mut answered, _) = soon(back.accept()).await.expect("they connect");
    assert!(read_until(&mut answered, "\r\n\r\n").await.starts_with("SIP/2.0 486"));
}

#[tokio::test]
async fn a_ping_gets_its_pong_and_a_message_cut_anywhere_its_answer() {
    let b = agent().await;
    let mut stream = TcpStream::connect(b.listening()[0].address).await.expect("connected");
    stream.set_nodelay(true).expect("set");
    stream.write_all(b"\r\n\r\n").await.expect("written");
    assert_eq!(read_until(&mut stream, "\r\n").await, "\r\n");
    for piece in options("0").as_bytes().chunks(7) {
        stream.write_all(piece).await.expect("written");
        stream.flush().await.expect("flushed");
    }
    assert!(read_until(&mut stream, "\r\n\r\n").await.starts_with("SIP/2.0 200"));
}

/// What strangers do to a user agent, while a call goes on there.
async fn beside_a_call<F: Future<Output = ()>>(config: Config, mischief: impl FnOnce(Arc<UserAgent>) -> F) {
    let (a, b) = (agent().await, Arc::new(agent_with(config).await));
    let (call, theirs) = talking(&a, &b, &uri(&b)).await;
    soon(mischief(b.clone())).await;
    assert!(!call.is_over() && !theirs.is_over());
    ends_well(call, theirs).await;
}

#[tokio::test]
async fn a_header_that_drips_is_closed_and_the_call_goes_on() {
    let config = Config { message: Duration::from_millis(100), ..Config::default() };
    beside_a_call(config, |b| async move {
        let mut stream = TcpStream::connect(b.listening()[0].address).await.expect("connected");
        for byte in b"OPTIONS sip:bot@127.0.0.1 SIP/2.0\r\nX: " {
            if stream.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        counted(&b, |c| c.slow_senders == 1).await;
    })
    .await;
}

#[tokio::test]
async fn who_connects_and_is_silent_is_closed_and_the_call_goes_on() {
    let config = Config { first_message: Duration::from_millis(50), ..Config::default() };
    beside_a_call(config, |b| async move {
        let mut stream = TcpStream::connect(b.listening()[0].address).await.expect("connected");
        assert!(is_closed(&mut stream).await);
        counted(&b, |c| c.slow_senders == 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_content_length_of_100_mb_is_answered_and_closed_and_the_call_goes_on() {
    beside_a_call(Config::default(), |b| async move {
        let mut stream = TcpStream::connect(b.listening()[0].address).await.expect("connected");
        stream.write_all(options("104857600").as_bytes()).await.expect("written");
        let answer = read_until(&mut stream, "\r\n\r\n").await;
        assert!(answer.starts_with("SIP/2.0 4"), "{answer}");
        assert!(is_closed(&mut stream).await);
        counted(&b, |c| c.bad_bytes == 1).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_sip_is_closed_and_the_call_goes_on() {
    beside_a_call(Config::default(), |b| async move {
        let mut stream = TcpStream::connect(b.listening()[0].address).await.expect("connected");
        stream.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc").await.expect("written");
        assert!(is_closed(&mut stream).await);
        counted(&b, |c| c.bad_bytes == 1).await;
    })
    .await;
}

#[tokio::test]
async fn one_address_gets_so_many_connections_and_the_call_goes_on() {
    let config = Config { max_per_source: 4, ..Config::default() };
    beside_a_call(config, |b| async move {
        let mut streams = Vec::new();
        for _ in 0..10 {
            streams.push(TcpStream::connect(b.listening()[0].address).await.expect("connected"));
        }
        // The call's is the fourth.
        counted(&b, |c| c.refused_source == 7).await;
    })
    .await;
}

#[tokio::test]
async fn who_does_not_read_is_closed_and_the_call_goes_on() {
    let config = Config { write: Duration::from_millis(200), write_queue: 16 << 10, ..Config::default() };
    beside_a_call(config, |b| async move {
        let mut stream = TcpStream::connect(b.listening()[0].address).await.expect("connected");
        let many = options("0").repeat(100);
        // Until nobody takes more: the answers are not read.
        while stream.write_all(many.as_bytes()).await.is_ok() {}
        counted(&b, |c| c.slow_readers == 1).await;
    })
    .await;
}

/// A registrar that says 200 to everything, and keeps what it heard.
async fn registrar() -> (std::net::SocketAddr, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (address, heard) = (listener.local_addr().expect("bound"), Arc::new(Mutex::new(String::new())));
    let kept = heard.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let kept = kept.clone();
            tokio::spawn(async move {
                let mut piece = vec![0; 4096];
                while let Ok(count @ 1..) = stream.read(&mut piece).await {
                    let text = String::from_utf8_lossy(&piece[..count]).into_owned();
                    kept.lock().expect("whole").push_str(&text);
                    let lines = text.lines().filter(|line| {
                        ["Via", "From", "To", "Call-ID", "CSeq", "Contact", "Expires"]
                            .iter()
                            .any(|name| line.starts_with(&format!("{name}:")))
                    });
                    let lines: Vec<_> = lines.collect();
                    let answer = format!("SIP/2.0 200 OK\r\n{}\r\nContent-Length: 0\r\n\r\n", lines.join("\r\n"));
                    stream.write_all(answer.as_bytes()).await.expect("written");
                }
            });
        }
    });
    (address, heard)
}

#[tokio::test]
async fn a_registration_names_a_contact_that_tcp_reaches() {
    let (address, heard) = registrar().await;
    let account = Account::new("sip:bot@127.0.0.1").expect("a name").registrar(&format!("sip:{address};transport=tcp"));
    let builder = UserAgent::builder().listen("tcp:127.0.0.1:0").expect("a place");
    let a = builder.account(account.expect("a registrar")).build().await.expect("a user agent");
    let account = a.first_account().expect("one");
    assert!(matches!(soon(a.registered(account)).await, Ok(RegistrationEvent::Registered { .. })));
    let contact = format!("Contact: <sip:bot@{};transport=tcp>", a.listening()[0].address);
    let heard = heard.lock().expect("whole").clone();
    assert!(heard.contains(&contact), "{heard}");
    assert!(heard.contains(&format!("Via: SIP/2.0/TCP {};branch=", a.listening()[0].address)), "{heard}");
}

async fn both() -> UserAgent {
    let builder = UserAgent::builder().listen("udp:127.0.0.1:0").expect("a place").listen("tcp:127.0.0.1:0");
    builder.expect("a place").build().await.expect("a user agent")
}

#[tokio::test]
async fn a_request_too_large_for_a_datagram_goes_over_tcp() {
    let a = both().await;
    let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let call = a.call(&format!("sip:b@{}", tcp.local_addr().expect("bound")));
    let _call = soon(call.header("X-Long", &"x".repeat(1200)).start()).await.expect("a call");
    let (mut stream, _) = soon(tcp.accept()).await.expect("they connect");
    let invite = read_until(&mut stream, "\r\n\r\n").await;
    assert!(invite.contains(&format!("Via: SIP/2.0/TCP {};branch=", a.listening()[1].address)), "{invite}");
}

#[tokio::test]
async fn one_that_is_refused_by_tcp_goes_as_a_datagram_after_all() {
    let a = both().await;
    let udp = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let call = a.call(&format!("sip:b@{}", udp.local_addr().expect("bound")));
    let _call = soon(call.header("X-Long", &"x".repeat(1200)).start()).await.expect("a call");
    let mut buffer = vec![0; 4096];
    let (count, _) = soon(udp.recv_from(&mut buffer)).await.expect("a datagram");
    let invite = String::from_utf8_lossy(&buffer[..count]).into_owned();
    assert!(invite.starts_with("INVITE ") && invite.contains("Via: SIP/2.0/UDP "), "{invite}");
    assert_eq!(a.stream_counters().not_connected, 1);
}
