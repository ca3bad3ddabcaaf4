//! Hosts, URIs and addresses (RFC 3261 §19.1, §20.10, §25.1; RFC 3966).

use super::write::Out;

impl Out<'_, '_> {
    pub(super) fn host(&mut self) {
        match self.choices.below(6) {
            0 | 1 => self.of(&["example.com", "a.example.org", "localhost", "x--1.example.net.", "P1.EXAMPLE.COM"]),
            2 | 3 => {
                self.push("192.0.2.");
                self.number(256);
            }
            4 => {
                self.push("[2001:db8::");
                self.hex(4);
                self.push("]");
            }
            _ => self.of(&[
                "[::1]",
                "[::ffff:192.0.2.128]",
                "[2001:DB8:0:0:8:800:200C:417A]",
                "0.0.0.0",
                "255.255.255.255",
            ]),
        }
    }

    pub(super) fn port(&mut self) {
        let port = 1 + self.choices.below(65_535);
        self.push(&port.to_string());
    }

    /// Any URI, as it stands between brackets.
    pub(super) fn uri(&mut self) {
        match self.choices.below(12) {
            0..=8 => {
                self.sip_address();
                self.uri_params();
                if self.choices.one_in(8) {
                    self.of(&[
                        "?subject=a%20b",
                        "?a=b&c=",
                        "?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2&body=x",
                        "?to=a%40b",
                    ]);
                }
            }
            9 => self.tel(),
            _ => self.absolute_uri(),
        }
    }

    /// A URI that may stand without brackets: without parameters, headers and commas (§20).
    pub(super) fn bare_uri(&mut self) {
        match self.choices.below(4) {
            0..=2 => {
                self.of(&["sip:", "sips:"]);
                self.run(b"abcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()", 1, 8);
                self.push("@");
                self.host();
            }
            _ => {
                self.push("tel:+");
                self.digits(12);
            }
        }
    }

    fn sip_address(&mut self) {
        self.of(&["sip:", "sip:", "sip:", "sips:", "SIP:", "sIpS:"]);
        if !self.choices.one_in(6) {
            self.user();
            if self.choices.one_in(10) {
                self.push(":");
                self.of(&["", "secret", "p%40ss", "a&=+$,b"]);
            }
            self.push("@");
        }
        self.host();
        if self.choices.one_in(3) {
            self.push(":");
            self.port();
        }
    }

    fn user(&mut self) {
        match self.choices.below(8) {
            0..=3 => self.run(b"abcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()", 1, 8),
            4 => {
                self.push("+");
                self.digits(15);
            }
            5 => self.run(b"a&=+$;?/", 1, 6),
            6 => {
                self.push("%");
                self.hex(2);
            }
            _ => self.of(&["alice;day=tuesday", "%e4%b8%ad", "null-%00-null", "+1-212-555-1212", "*97"]),
        }
    }

    fn uri_params(&mut self) {
        if self.choices.one_in(4) {
            self.push(";transport=");
            self.of(&["udp", "tcp", "tls", "ws", "TCP", "xyz"]);
        }
        for (rarity, param) in [
            (6, ";lr"),
            (12, ";user=phone"),
            (16, ";method=INVITE"),
            (16, ";maddr=192.0.2.9"),
            (16, ";ttl=255"),
            (12, ";ob"),
            (16, ";gr=urn:uuid:f81d"),
        ] {
            if self.choices.one_in(rarity) {
                self.push(param);
            }
        }
        if self.choices.one_in(8) {
            self.push(";x");
            self.run(b"abcxyz-_.", 0, 5);
            self.of(&["", "=1", "=%3b", "=[a]:/&+$"]);
        }
    }

    fn tel(&mut self) {
        if self.choices.one_in(2) {
            self.push("tel:+");
            self.run(b"0123456789-.()", 0, 8);
            self.digits(4);
            self.of(&["", ";ext=12", ";isub=1", ";npdi;rn=+1"]);
        } else {
            self.push("tel:");
            self.run(b"0123456789*#", 1, 6);
            self.of(&[";phone-context=+44", ";phone-context=example.com"]);
        }
    }

    fn absolute_uri(&mut self) {
        self.of(&[
            "urn:service:sos",
            "http://www.example.com/a/b.html?c=d",
            "mailto:watson@example.com",
            "pres:a@example.com",
            "im:a@example.com",
            "soap.beep://192.0.2.103:3002",
            "cid:a1@example.com",
            "nobodyKnowsThisScheme:totallyopaquecontent",
        ]);
    }

    /// `name-addr`, or an `addr-spec` that needs no brackets; without parameters of the header.
    pub(super) fn address(&mut self) {
        match self.choices.below(8) {
            0..=2 => {}
            3 => {
                self.of(&["Bob", "A. G. Bell", "caller-id", "Mr.\tWatson", "x%y*z", "a\r\n b"]);
                self.of(&[" ", "", "\t", "\r\n  "]);
            }
            4..=6 => {
                self.quoted();
                self.of(&[" ", "", "\r\n\t"]);
            }
            _ => return self.bare_uri(),
        }
        self.push("<");
        self.uri();
        self.push(">");
    }
}
