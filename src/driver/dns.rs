//! Asking name servers: with the feature `dns` all that RFC 3263 wants to know, without it addresses alone, which the
//! system's own resolver has.

use crate::resolve::{Answer, Query, Record, RecordType};
use std::net::IpAddr;
use std::time::Duration;

/// What the system's resolver says is believed for so long: it does not tell its times to live.
const SYSTEM_TTL: Duration = Duration::from_secs(30);

/// Who is asked.
#[derive(Clone)]
pub(super) struct Dns {
    #[cfg(feature = "dns")]
    servers: Option<hickory::Servers>,
}

impl Dns {
    /// The name servers that the system is set up with.
    pub(super) fn new() -> Self {
        Dns {
            #[cfg(feature = "dns")]
            servers: hickory::Servers::of_system(),
        }
    }

    pub(super) async fn ask(&self, query: Query) -> Answer {
        #[cfg(feature = "dns")]
        if let Some(servers) = self.servers.as_ref().filter(|_| !is_local(query.name.as_str())) {
            return servers.ask(&query).await;
        }
        ask_system(&query).await
    }
}

/// Names that name servers do not know: of the local network alone (RFC 6762 §3), and those to be completed by the system.
#[cfg(feature = "dns")]
fn is_local(name: &str) -> bool {
    !name.contains('.') || name.ends_with(".local")
}

async fn ask_system(query: &Query) -> Answer {
    let is_asked: fn(&IpAddr) -> bool = match query.kind {
        RecordType::A => IpAddr::is_ipv4,
        RecordType::Aaaa => IpAddr::is_ipv6,
        RecordType::Naptr | RecordType::Srv => return Answer::Unsupported,
    };
    match tokio::net::lookup_host((query.name.as_str(), 0)).await {
        Ok(found) => {
            let records = found.map(|a| a.ip()).filter(is_asked).map(Record::Address).collect();
            Answer::Records { records, ttl: SYSTEM_TTL }
        }
        // It does not tell a name that does not exist from a server that is silent.
        Err(_) => Answer::Failed,
    }
}

#[cfg(feature = "dns")]
mod hickory {
    use crate::resolve::{Answer, Naptr, Query, Record, RecordType, Srv};
    use hickory_resolver::TokioResolver;
    use hickory_resolver::lookup::Lookup;
    use hickory_resolver::net::{DnsError, NetError};
    use hickory_resolver::proto::rr::{self, RData};
    use std::time::{Duration, Instant};

    /// The name servers of the system.
    #[derive(Clone)]
    pub(super) struct Servers(TokioResolver);

    impl Servers {
        pub(super) fn of_system() -> Option<Self> {
            let mut builder = TokioResolver::builder_tokio().ok()?;
            // Answers are kept by the one who asks.
            builder.options_mut().cache_size = 0;
            builder.build().map(Servers).inspect_err(|error| tracing::warn!(%error, "no name servers")).ok()
        }

        pub(super) async fn ask(&self, query: &Query) -> Answer {
            let kind = match query.kind {
                RecordType::Naptr => rr::RecordType::NAPTR,
                RecordType::Srv => rr::RecordType::SRV,
                RecordType::A => rr::RecordType::A,
                RecordType::Aaaa => rr::RecordType::AAAA,
            };
            // The last dot keeps the system's search list away.
            match self.0.lookup(format!("{}.", query.name), kind).await {
                Ok(lookup) => found(&lookup),
                Err(NetError::Dns(DnsError::NoRecordsFound(none))) => {
                    Answer::Nothing { ttl: Duration::from_secs(none.negative_ttl.unwrap_or_default().into()) }
                }
                Err(error) => {
                    tracing::debug!(name = %query.name, ?kind, %error, "a query failed");
                    Answer::Failed
                }
            }
        }
    }

    fn found(lookup: &Lookup) -> Answer {
        let records = lookup.answers().iter().filter_map(|record| read(&record.data)).collect();
        Answer::Records { records, ttl: lookup.valid_until().saturating_duration_since(Instant::now()) }
    }

    pub(super) fn read(data: &RData) -> Option<Record> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into();
        Some(match data {
            RData::A(a) => Record::Address(a.0.into()),
            RData::AAAA(a) => Record::Address(a.0.into()),
            RData::SRV(srv) => Record::Srv(Srv {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                target: srv.target.to_ascii().into(),
            }),
            RData::NAPTR(naptr) => Record::Naptr(Naptr {
                order: naptr.order,
                preference: naptr.preference,
                flags: text(&naptr.flags),
                service: text(&naptr.services),
                regexp: text(&naptr.regexp),
                replacement: naptr.replacement.to_ascii().into(),
            }),
            _ => return None,
        })
    }
}

#[cfg(all(test, feature = "dns"))]
mod tests {
    use super::hickory::read;
    use super::is_local;
    use crate::resolve::{Naptr, Record, Srv};
    use hickory_resolver::proto::rr::{Name, RData, rdata};

    #[test]
    fn records_are_read_as_they_are() {
        let name = |text: &str| Name::from_ascii(text).expect("a name");
        let srv = RData::SRV(rdata::SRV::new(1, 2, 5060, name("a.example.com.")));
        let expected = Srv { priority: 1, weight: 2, port: 5060, target: "a.example.com.".into() };
        assert_eq!(read(&srv), Some(Record::Srv(expected)));
        let bytes = |text: &str| text.as_bytes().into();
        let replacement = name("_sip._udp.example.com.");
        let naptr = rdata::NAPTR::new(3, 4, bytes("s"), bytes("SIP+D2U"), bytes(""), replacement);
        let expected = Naptr {
            order: 3,
            preference: 4,
            flags: "s".into(),
            service: "SIP+D2U".into(),
            regexp: "".into(),
            replacement: "_sip._udp.example.com.".into(),
        };
        assert_eq!(read(&RData::NAPTR(naptr)), Some(Record::Naptr(expected)));
        let address = RData::A(rdata::A::new(192, 0, 2, 1));
        assert_eq!(read(&address), Some(Record::Address([192, 0, 2, 1].into())));
        assert_eq!(read(&RData::CNAME(rdata::CNAME(name("a.")))), None);
    }

    #[test]
    fn names_of_the_local_network_are_left_to_the_system() {
        assert!(is_local("pbx") && is_local("pbx.local") && !is_local("local.example.com"));
    }
}
