//! SIP over TLS between real sockets on loopback: names, certificates that change, and peers that mean no good.

#![cfg(feature = "tls")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "real sockets")]

mod loopback;

use loopback::{counted, ends_well, soon, talking};
use offhook::driver::tls::{Identity, Tls, TlsError};
use offhook::sip_dialog::Cause;
use offhook::transport::Config;
use offhook::ua::Ended;
use offhook::{Account, Error, RegistrationEvent, UserAgent};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Somebody whom those may trust who want to.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Authority(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    fn pem(&self, names: &[&str]) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let names: Vec<String> = names.iter().map(|&n| n.into()).collect();
        let certificate = CertificateParams::new(names).expect("names").signed_by(&key, &self.0).expect("signed");
        (certificate.pem(), key.serialize_pem())
    }

    fn identity(&self, names: &[&str]) -> Identity {
        let (chain, key) = self.pem(names);
        Identity::from_pem(chain.as_bytes(), key.as_bytes()).expect("an identity")
    }

    fn trusted(&self) -> Tls {
        Tls::new().roots_pem(self.0.pem().as_bytes()).expect("a root")
    }
}

async fn server_with(tls: Tls, config: Config) -> UserAgent {
    let builder = UserAgent::builder().listen("tls:127.0.0.1:0").expect("a place").tls(tls).streams(config);
    builder.build().await.expect("a user agent")
}

async fn server(tls: Tls) -> UserAgent {
    server_with(tls, Config::default()).await
}

/// One that does not listen on TLS.
async fn client(tls: Tls) -> UserAgent {
    let builder = UserAgent::builder().listen("udp:127.0.0.1:0").expect("a place").tls(tls);
    builder.build().await.expect("a user agent")
}

fn uri(agent: &UserAgent) -> String {
    format!("sips:bot@localhost:{}", agent.listening()[0].address.port())
}

/// The call fails for want of a connection.
async fn not_reached(a: &UserAgent, to: &str) {
    let error = soon(a.call(to)).await.err().expect("no connection");
    assert!(matches!(error, Error::Ended(Ended::Session(Cause::Failed(_)))), "{error:?}");
}

#[tokio::test]
async fn a_client_that_does_not_listen_calls_and_is_hung_up_on_over_its_own_connection() {
    let ca = Authority::new();
    let (a, b) = (client(ca.trusted()).await, server(ca.trusted().identity(ca.identity(&["localhost"]))).await);
    let (call, theirs) = talking(&a, &b, &uri(&b)).await;
    ends_well(call, theirs).await;
    let (call, theirs) = talking(&a, &b, &uri(&b)).await;
    let (other, mine) = soon(async { tokio::join!(theirs.hang_up(), call.ended()) }).await;
    assert_eq!(other.cause, Ended::Session(Cause::LocalHangUp));
    assert_eq!(mine.cause, Ended::Session(Cause::RemoteHangUp));
    assert_eq!((a.stream_counters().opened, b.stream_counters().opened), (1, 0));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_and_calls_go_on() {
    let ca = Authority::new();
    let a = client(ca.trusted()).await;
    let good = server(ca.trusted().identity(ca.identity(&["localhost"]))).await;
    let bad = server(ca.trusted().identity(ca.identity(&["example.com"]))).await;
    let (call, theirs) = talking(&a, &good, &uri(&good)).await;
    not_reached(&a, &uri(&bad)).await;
    assert_eq!(a.stream_counters().bad_certificate, 1);
    counted(&bad, |c| c.handshake_failed == 1).await;
    ends_well(call, theirs).await;
}

#[tokio::test]
async fn a_certificate_of_an_authority_that_is_not_trusted_is_refused() {
    let (ca, other) = (Authority::new(), Authority::new());
    let a = client(ca.trusted()).await;
    let b = server(other.trusted().identity(other.identity(&["localhost"]))).await;
    not_reached(&a, &uri(&b)).await;
    assert_eq!(a.stream_counters().bad_certificate, 1);
}

#[tokio::test]
async fn two_domains_at_one_address_have_two_connections_and_each_proves_its_own() {
    let ca = Authority::new();
    let a = client(ca.trusted()).await;
    let b = server(ca.trusted().identity(ca.identity(&["localhost", "127.0.0.1"]))).await;
    let (call, theirs) = talking(&a, &b, &uri(&b)).await;
    let (also, their_also) = talking(&a, &b, &format!("sips:bot@{}", b.listening()[0].address)).await;
    assert_eq!(a.stream_counters().opened, 2);
    ends_well(call, theirs).await;
    ends_well(also, their_also).await;
    let c = server(ca.trusted().identity(ca.identity(&["localhost"]))).await;
    let (call, theirs) = talking(&a, &c, &uri(&c)).await;
    not_reached(&a, &format!("sips:bot@{}", c.listening()[0].address)).await;
    ends_well(call, theirs).await;
}

#[tokio::test]
async fn mutual_tls_takes_who_has_a_certificate_and_nobody_else() {
    let ca = Authority::new();
    let b = server(ca.trusted().identity(ca.identity(&["localhost"])).ask_clients(true)).await;
    let known = client(ca.trusted().identity(ca.identity(&["phone.example.com"]))).await;
    let (call, theirs) = talking(&known, &b, &uri(&b)).await;
    not_reached(&client(ca.trusted()).await, &uri(&b)).await;
    let stranger = Authority::new();
    not_reached(&client(ca.trusted().identity(stranger.identity(&["phone.example.com"]))).await, &uri(&b)).await;
    counted(&b, |c| c.bad_certificate == 2).await;
    ends_well(call, theirs).await;
}

#[tokio::test]
async fn a_certificate_is_replaced_while_a_call_goes_on() {
    let (old, new) = (Authority::new(), Authority::new());
    let identity = old.identity(&["localhost"]);
    let b = server(old.trusted().identity(identity.clone())).await;
    let before = client(old.trusted()).await;
    let (call, theirs) = talking(&before, &b, &uri(&b)).await;
    let (chain, key) = new.pem(&["localhost"]);
    identity.replace(chain.as_bytes(), key.as_bytes()).expect("they belong together");
    let (other, their_other) = talking(&client(new.trusted()).await, &b, &uri(&b)).await;
    not_reached(&client(old.trusted()).await, &uri(&b)).await;
    drop((other, their_other));
    ends_well(call, theirs).await;
}

#[tokio::test]
async fn who_stops_in_the_middle_of_the_handshake_is_closed_and_the_call_goes_on() {
    let ca = Authority::new();
    let config = Config { handshake: Duration::from_millis(200), ..Config::default() };
    let b = server_with(ca.trusted().identity(ca.identity(&["localhost"])), config).await;
    let a = client(ca.trusted()).await;
    let (call, theirs) = talking(&a, &b, &uri(&b)).await;
    let mut stream = TcpStream::connect(b.listening()[0].address).await.expect("connected");
    // The beginning of a ClientHello of 512 bytes.
    stream.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").await.expect("written");
    let mut rest = Vec::new();
    let _ = soon(stream.read_to_end(&mut rest)).await;
    counted(&b, |c| c.handshake_timeout == 1).await;
    let mut stream = TcpStream::connect(b.listening()[0].address).await.expect("connected");
    stream.write_all(b"OPTIONS sip:bot@localhost SIP/2.0\r\n\r\n").await.expect("written");
    counted(&b, |c| c.handshake_failed == 1).await;
    ends_well(call, theirs).await;
}

#[tokio::test]
async fn a_phone_registers_with_a_server_whose_name_it_knows() {
    let ca = Authority::new();
    // No registrar, but one who answers: 405 has come all the way.
    let b = server(ca.trusted().identity(ca.identity(&["localhost"]))).await;
    let account = Account::new("sips:phone@localhost").expect("a name").registrar(&uri(&b).replace("bot@", ""));
    let builder = UserAgent::builder().listen("udp:127.0.0.1:0").expect("a place").tls(ca.trusted());
    let a = builder.account(account.expect("a registrar")).build().await.expect("a user agent");
    let answer = soon(a.registered(a.first_account().expect("one"))).await.expect("an answer");
    let RegistrationEvent::Failed { reason, .. } = answer else { panic!("{answer:?}") };
    assert!(reason.to_string().contains("405"), "{reason}");
}

#[tokio::test]
async fn who_listens_needs_an_identity() {
    let builder = || UserAgent::builder().listen("tls:127.0.0.1:0").expect("a place");
    assert!(matches!(builder().build().await, Err(Error::Tls(TlsError::NoIdentity))));
    assert!(matches!(builder().tls(Authority::new().trusted()).build().await, Err(Error::Tls(TlsError::NoIdentity))));
}
