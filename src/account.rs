//! Who we are to others: an address of record, and how it is registered.

use crate::Error;
use offhook_sip_dialog::auth::Credentials;
use offhook_sip_parser::{Scheme, Uri};
use std::time::Duration;

/// An identity with which to call and be called.
///
/// ```
/// use offhook::Account;
/// let account = Account::new("sip:bot@example.com")?.password("secret").display_name("The Bot");
/// assert_eq!(account.from_value(), "\"The Bot\" <sip:bot@example.com>");
/// # Ok::<(), offhook::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Account {
    pub(crate) aor: Uri,
    pub(crate) display_name: Option<Box<str>>,
    pub(crate) username: Option<Box<str>>,
    password: Option<Secret>,
    pub(crate) registrar: Option<Uri>,
    pub(crate) proxy: Option<Uri>,
    pub(crate) expires: Duration,
}

#[derive(Clone)]
struct Secret(Box<str>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

impl Account {
    /// `aor` is the address of record, a `sip` URI with a user: `sip:bot@example.com`. It is not registered anywhere until
    /// [`registrar`](Account::registrar) says where.
    pub fn new(aor: &str) -> Result<Self, Error> {
        let aor: Uri = aor.parse().map_err(Error::BadUri)?;
        if !matches!(aor.scheme(), Scheme::Sip | Scheme::Sips) || aor.user().is_none() {
            return Err(Error::NoUser);
        }
        Ok(Account {
            aor,
            display_name: None,
            username: None,
            password: None,
            registrar: None,
            proxy: None,
            expires: Duration::from_secs(300),
        })
    }

    /// The password for digest challenges. Never logged.
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(Secret(password.into()));
        self
    }

    /// The user name for digest challenges, where it is not the user of the address of record.
    pub fn username(mut self, username: &str) -> Self {
        self.username = Some(username.into());
        self
    }

    /// The name that others see.
    pub fn display_name(mut self, name: &str) -> Self {
        self.display_name = Some(name.into());
        self
    }

    /// Where to register (RFC 3261 §10): `sip:example.com`, `sip:192.0.2.1:5060`.
    pub fn registrar(mut self, registrar: &str) -> Result<Self, Error> {
        self.registrar = Some(registrar.parse().map_err(Error::BadUri)?);
        Ok(self)
    }

    /// A proxy that every request takes first (RFC 3261 §8.1.2). It should carry the `lr` parameter.
    pub fn proxy(mut self, proxy: &str) -> Result<Self, Error> {
        self.proxy = Some(proxy.parse().map_err(Error::BadUri)?);
        Ok(self)
    }

    /// How long a registration shall hold, from 60 s up; refreshed well before. Default 300 s, as address translators forget
    /// soon.
    pub fn expires(mut self, expires: Duration) -> Self {
        self.expires = expires.max(Duration::from_secs(60));
        self
    }

    /// The From value, without a tag.
    pub fn from_value(&self) -> String {
        match &self.display_name {
            Some(name) => format!("\"{}\" <{}>", name.replace('\\', "\\\\").replace('"', "\\\""), self.aor),
            None => format!("<{}>", self.aor),
        }
    }

    /// The address of record.
    pub fn aor(&self) -> &Uri {
        &self.aor
    }

    pub(crate) fn user(&self) -> &str {
        self.aor.user().unwrap_or_default()
    }

    pub(crate) fn credentials(&self) -> Option<Credentials> {
        let username = self.username.as_deref().unwrap_or(self.user());
        self.password.as_ref().map(|p| Credentials::new(username, &p.0))
    }
}

/// Names an account of a user agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub(crate) u32);
