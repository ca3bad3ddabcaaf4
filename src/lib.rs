#![cfg_attr(feature = "tokio", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "tokio"),
    doc = "The user agent as machines, without a driver: see [`ua::Ua`] and [`call::Media`]."
)]

mod account;
pub mod call;
mod config;
#[cfg(feature = "tokio")]
pub mod driver;
mod error;
pub mod ladder;
mod registration;
pub mod resolve;
pub mod transport;
pub mod ua;

pub use account::{Account, AccountId};
pub use config::Config;
#[cfg(feature = "tokio")]
pub use driver::{Call, CallEvent, CallReport, IncomingCall, UserAgent};
pub use error::Error;
pub use registration::{RegistrationEvent, RegistrationFailure};

pub use offhook_core as core;
pub use offhook_media as media;
pub use offhook_rtp as rtp;
pub use offhook_sdp as sdp;
pub use offhook_sip_dialog as sip_dialog;
pub use offhook_sip_parser as sip_parser;
pub use offhook_sip_transaction as sip_transaction;
