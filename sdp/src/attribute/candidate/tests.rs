use super::*;

#[test]
fn what_browsers_and_rfcs_write_is_read_and_written() {
    for text in [
        "1 1 UDP 2130706431 203.0.113.141 8998 typ host",
        "1 1 UDP 2130706431 fd00::2 37676 typ host generation 0 network-id 2",
        "3 2 TCP 2105524478 aca8701f-2b1d-4e82-8666-5d8a6b97a63a.local 9 typ host tcptype active",
        "5 1 TCP 1684013055 192.0.2.3 45664 typ srflx raddr 10.0.1.1 rport 8998 tcptype passive",
        "6 256 SCTP 1 h.example.com 0 typ mine rport 7 a b c",
    ] {
        assert_eq!(Candidate::parse(text).unwrap().to_string(), text);
    }
    let chrome = Candidate::parse("1 1 tcp 1 x.LOCAL 9 typ host tcptype so generation 0").unwrap();
    assert_eq!((chrome.transport, chrome.tcp_type()), (IceTransport::Tcp, Some(TcpType::SimultaneousOpen)));
    assert!(chrome.address.is_mdns() && chrome.socket_addr().is_none());
    assert_eq!(chrome.extensions().collect::<Vec<_>>(), [("tcptype", "so"), ("generation", "0")]);
    assert!(!CandidateAddress::Name("local").is_mdns() && !CandidateAddress::Name(".local").is_mdns());
}

#[test]
fn an_error_points_at_the_first_word_that_is_wrong() {
    for (text, offset) in [
        ("", 0),
        ("f-1 1 UDP 1 192.0.2.1 1 typ host", 1),
        ("f23456789012345678901234567890123 1 UDP 1 192.0.2.1 1 typ host", 32),
        ("f 0 UDP 1 192.0.2.1 1 typ host", 2),
        ("f 257 UDP 1 192.0.2.1 1 typ host", 2),
        ("f 1 U/P 1 192.0.2.1 1 typ host", 5),
        ("f 1 UDP 0 192.0.2.1 1 typ host", 8),
        ("f 1 UDP 2147483648 192.0.2.1 1 typ host", 8),
        ("f 1 UDP 1 192.0.2.300 1 typ host", 10),
        ("f 1 UDP 1 fd00::g 1 typ host", 10),
        ("f 1 UDP 1 192.0.2.1 65536 typ host", 20),
        ("f 1 UDP 1 192.0.2.1 1 host", 22),
        ("f 1 UDP 1 192.0.2.1 1 typ", 25),
        ("f 1 UDP 1 192.0.2.1 1 typ srflx raddr", 37),
        ("f 1 UDP 1 192.0.2.1 1 typ srflx raddr 1.2.3.4 rport x", 52),
        ("f 1 TCP 1 192.0.2.1 1 typ host tcptype up", 39),
        ("f 1 UDP 1 192.0.2.1 1 typ host a@b c", 32),
    ] {
        assert_eq!(Candidate::parse(text), Err(ValueError { name: "candidate", offset }), "{text}");
    }
    for (text, offset) in [("", 0), ("1 192.0.2.1", 11), ("1 192.0.2.1 1 2", 15), ("0 h.example 1", 0)] {
        assert_eq!(RemoteCandidates::parse(text), Err(ValueError { name: "remote-candidates", offset }), "{text}");
    }
}
