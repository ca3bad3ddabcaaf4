//! Typed headers (RFC 3261 §20 and the extensions): a file each, or one for those that differ by name alone, and
//! [`TypedHeader`] for users' own.
//!
//! A typed header borrows the message. Its `Display` writes the value; what was parsed and is written again parses to
//! the same; folding (§7.3.1) is written as the space that it means.
//!
//! ```
//! use offhook_sip_parser::{Name, ParseError, header::TypedHeader};
//!
//! /// A header of one's own.
//! struct Room<'a>(&'a str);
//!
//! impl<'a> TypedHeader<'a> for Room<'a> {
//!     const NAME: Name = Name::other("X-Room");
//!     fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
//!         std::str::from_utf8(value).map(Room).map_err(|e| Self::bad_character(e.valid_up_to()))
//!     }
//! }
//! ```

mod accept;
mod address;
mod answer_mode;
mod asserted;
mod auth;
mod authentication_info;
mod call_id;
mod contact;
mod content_disposition;
mod content_id;
mod content_type;
mod cseq;
mod date;
mod dialog_id;
mod diversion;
mod early_media;
mod event;
mod features;
mod from_to;
mod history_info;
mod identity;
mod in_reply_to;
mod info_package;
mod key;
mod mime_version;
mod name;
mod number;
mod p_access_network_info;
mod p_charging_vector;
mod privacy;
mod rack;
mod reason;
mod refer;
mod reference;
mod remote_party;
mod reply_to;
mod request_disposition;
mod resource_priority;
mod retry_after;
mod route;
mod security;
mod session_id;
mod session_timer;
mod shapes;
mod subscription_state;
mod text;
mod timestamp;
mod tokens;
mod typed;
mod user_to_user;
mod via;
mod warning;

pub use accept::{Accept, AcceptEncoding, AcceptLanguage};
pub use address::NameAddr;
pub use answer_mode::{AnswerMode, PrivAnswerMode};
pub use asserted::{PAssertedIdentity, PAssociatedUri, PCalledPartyId, PPreferredIdentity};
pub use auth::{AuthParams, Authorization, ProxyAuthenticate, ProxyAuthorization, WwwAuthenticate};
pub use authentication_info::AuthenticationInfo;
pub use call_id::CallId;
pub use contact::Contact;
pub use content_disposition::ContentDisposition;
pub use content_id::ContentId;
pub use content_type::ContentType;
pub use cseq::CSeq;
pub use date::Date;
pub use dialog_id::{Join, Replaces, TargetDialog};
pub use diversion::{Diversion, DiversionReason};
pub use early_media::{EarlyMedia, PEarlyMedia};
pub use event::Event;
pub use features::{AcceptContact, FeatureCaps, RejectContact};
pub use from_to::{From, To};
pub use history_info::{HistoryIndex, HistoryInfo, Retargeting};
pub use identity::Identity;
pub use in_reply_to::InReplyTo;
pub use info_package::{InfoPackage, RecvInfo};
pub(crate) use key::Key;
pub use mime_version::MimeVersion;
pub use name::Name;
pub use number::{ContentLength, Expires, FlowTimer, MaxBreadth, MaxForwards, MinExpires, RSeq, RetryAfter};
pub use p_access_network_info::PAccessNetworkInfo;
pub use p_charging_vector::PChargingVector;
pub use privacy::{Privacy, PrivacyValue};
pub use rack::RAck;
pub use reason::Reason;
pub use refer::{ReferSub, ReferTo, ReferredBy};
pub use reference::{AlertInfo, CallInfo, ErrorInfo, Geolocation, IdentityInfo};
pub use remote_party::{Party, RemotePartyId};
pub use reply_to::ReplyTo;
pub use request_disposition::{Directive, RequestDisposition};
pub use resource_priority::{AcceptResourcePriority, ResourcePriority};
pub use retry_after::RetryAfterDetails;
pub use route::{Path, RecordRoute, Route, ServiceRoute};
pub use security::{SecurityClient, SecurityServer, SecurityVerify};
pub use session_id::SessionId;
pub use session_timer::{MinSe, Refresher, SessionExpires};
pub use subscription_state::{StateReason, SubscriptionState, Substate};
pub use text::{Organization, Server, Subject, UserAgent};
pub use timestamp::Timestamp;
pub use tokens::{
    Allow, AllowEvents, ContentEncoding, ContentLanguage, Priority, ProxyRequire, Require, SipETag, SipIfMatch,
    Supported, Unsupported,
};
pub use typed::TypedHeader;
pub use user_to_user::UserToUser;
pub(crate) use via::MAGIC_COOKIE;
pub use via::Via;
pub use warning::Warning;
