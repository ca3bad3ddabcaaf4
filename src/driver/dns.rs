//! Asking name servers: with the feature `dns` all that RFC 3263 wants to know, without it addresses alone, which the
//! system's own resolver has.

use crate::resolve::{Answer, Query, Record, RecordType};
use std::net::IpAddr;
use std::time::Duration;

/// What the system's resolver says is believed for so long: it does not tell its times to live.
const SYSTEM_TTL: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub(super) struct Dns;

impl Dns {
    pub(super) fn new() -> Self {
        Dns
    }

    pub(super) async fn ask(&self, query: Query) -> Answer {
        ask_system(&query).await
    }
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
        // It does not tell a name that is not from a server that is silent
        Err(_) => Answer::Failed,
    }
}
