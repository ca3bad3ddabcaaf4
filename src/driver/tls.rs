//! TLS: who we are, whom we trust, and what name a certificate is for (RFC 3261 §26.3, RFC 5922).
//!
//! What it leaves out: revocation lists, and RFC 5924's extended key usage, which nobody issues.
//!
//! ```no_run
//! # async fn it() -> Result<(), Box<dyn std::error::Error>> {
//! use offhook::{UserAgent, driver::tls::{Identity, Tls}};
//! let identity = Identity::from_pem(&std::fs::read("chain.pem")?, &std::fs::read("key.pem")?)?;
//! let tls = Tls::new().identity(identity.clone());
//! let ua = UserAgent::builder().listen("tls:0.0.0.0:5061")?.tls(tls).build().await?;
//! // A year later; calls and connections go on, new ones see the new certificate.
//! identity.replace(&std::fs::read("chain.pem")?, &std::fs::read("key.pem")?)?;
//! # Ok(()) }
//! ```

use super::stream::Wire;
use super::streams::News;
use crate::transport::{CloseReason, Side};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme, version,
};
use std::fmt;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// What is wrong with what TLS was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// No certificate in the text, or one that cannot be read.
    #[error("no readable certificate: PEM is expected, the own one first")]
    BadCertificate,
    /// No private key in the text, or of a kind that is not known.
    #[error("no readable private key: PEM is expected, of PKCS #8, PKCS #1 or SEC 1")]
    BadKey,
    /// The key is another certificate's.
    #[error("the private key does not belong to the certificate")]
    WrongKey,
    /// The system has no certificate authorities, or none that can be read.
    #[error("the system trusts no certificate authority: give roots")]
    NoRoots,
    /// Whoever listens needs a certificate of his own.
    #[error("to listen on TLS takes an identity")]
    NoIdentity,
    /// The library refused what was put together of it.
    #[error("TLS cannot be set up like this")]
    Unusable,
}

/// A certificate and its private key, which can be replaced while they are in use.
#[derive(Clone)]
pub struct Identity(Arc<RwLock<Arc<CertifiedKey>>>);

impl Identity {
    /// From a chain of certificates, the own one first, and its key.
    ///
    /// # Errors
    /// If they cannot be read, or do not belong together.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        Ok(Identity(Arc::new(RwLock::new(Arc::new(certified(chain, key)?)))))
    }

    /// Has every new connection see another certificate, on both sides of it. What stands already goes on.
    ///
    /// # Errors
    /// As [`from_pem`](Identity::from_pem); then nothing changes.
    pub fn replace(&self, chain: &[u8], key: &[u8]) -> Result<(), TlsError> {
        let new = Arc::new(certified(chain, key)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    fn now(&self) -> Arc<CertifiedKey> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Nothing of the key.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}

fn certified(chain: &[u8], key: &[u8]) -> Result<CertifiedKey, TlsError> {
    let chain = certificates(chain)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::BadKey)?;
    let key = ring::default_provider().key_provider.load_private_key(key).map_err(|_| TlsError::BadKey)?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(certified),
        Err(rustls::Error::InconsistentKeys(_)) => Err(TlsError::WrongKey),
        Err(_) => Err(TlsError::BadCertificate),
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let all: Vec<_> =
        CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| TlsError::BadCertificate)?;
    if all.is_empty() { Err(TlsError::BadCertificate) } else { Ok(all) }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.now())
    }
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let key = self.now();
        key.key.choose_scheme(schemes).is_some().then_some(key)
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Whether clients that connect to us must show certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Clients {
    #[default]
    NotAsked,
    Asked,
    Required,
}

/// How TLS is spoken. Peers that we connect to must always prove to be the domain that was asked for.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    identity: Option<Identity>,
    roots: Option<Arc<RootCertStore>>,
    clients: Clients,
    wildcards: bool,
}

impl Tls {
    /// Trusts whom the system trusts, and is nobody itself: enough to call and to register.
    pub fn new() -> Self {
        Tls::default()
    }

    /// Who we are: to those who connect to us, and to those who ask when we connect.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Trusts these certificate authorities, and not the system's.
    ///
    /// # Errors
    /// If there are none in the text.
    pub fn roots_pem(mut self, pem: &[u8]) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(pem)? {
            roots.add(certificate).map_err(|_| TlsError::BadCertificate)?;
        }
        self.roots = Some(Arc::new(roots));
        Ok(self)
    }

    /// Asks clients for certificates. One that is shown must be good; that one is shown is `required` or not. Only who has
    /// shown one can ask for his connection to be reused (RFC 5923).
    pub fn ask_clients(mut self, required: bool) -> Self {
        self.clients = if required { Clients::Required } else { Clients::Asked };
        self
    }

    /// Lets `*.example.com` in a certificate stand for one label. RFC 5922 §7.2 forbids that, and so it is off; many
    /// providers have such certificates all the same.
    pub fn wildcards(mut self, taken: bool) -> Self {
        self.wildcards = taken;
        self
    }

    /// Puts it together.
    pub(super) fn context(&self) -> Result<Context, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let roots = match &self.roots {
            Some(roots) => roots.clone(),
            None => Arc::new(system_roots()?),
        };
        let unusable = |_| TlsError::Unusable;
        let versions = [&version::TLS13, &version::TLS12];
        let verifier = Verifier::new(roots.clone(), self.wildcards, &provider);
        let client = ClientConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&versions)
            .map_err(unusable)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let client = match &self.identity {
            Some(identity) => client.with_client_cert_resolver(Arc::new(identity.clone())),
            None => client.with_no_client_auth(),
        };
        let server = match &self.identity {
            None => None,
            Some(identity) => {
                let server = ServerConfig::builder_with_provider(provider.clone())
                    .with_protocol_versions(&versions)
                    .map_err(unusable)?;
                let asked = || WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone());
                let server = match self.clients {
                    Clients::NotAsked => server.with_no_client_auth(),
                    Clients::Asked => server.with_client_cert_verifier(
                        asked().allow_unauthenticated().build().map_err(|_| TlsError::Unusable)?,
                    ),
                    Clients::Required => {
                        server.with_client_cert_verifier(asked().build().map_err(|_| TlsError::Unusable)?)
                    }
                };
                Some(Arc::new(server.with_cert_resolver(Arc::new(identity.clone()))))
            }
        };
        Ok(Context { client: Arc::new(client), server })
    }
}

fn system_roots() -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() { Err(TlsError::NoRoots) } else { Ok(roots) }
}

/// What handshakes are made with.
#[derive(Clone)]
pub(super) struct Context {
    client: Arc<ClientConfig>,
    server: Option<Arc<ServerConfig>>,
}

impl Context {
    pub(super) fn can_listen(&self) -> bool {
        self.server.is_some()
    }

    /// Shakes hands with who must be `domain`, and carries messages.
    pub(super) async fn open(self, wire: Wire, socket: TcpStream, domain: Option<Box<str>>) {
        let name = domain.as_deref().and_then(|name| ServerName::try_from(name).ok().map(|n| n.to_owned()));
        let Some(name) = name else { return wire.fail(CloseReason::BadCertificate).await };
        let shaking = TlsConnector::from(self.client).connect(name, socket);
        match timeout(wire.config.handshake, shaking).await {
            Ok(Ok(stream)) => wire.run(stream, Side::Opened).await,
            Ok(Err(error)) => wire.fail(reason(&error)).await,
            Err(_) => wire.fail(CloseReason::HandshakeTimeout).await,
        }
    }

    /// Shakes hands with who has connected, and carries messages.
    pub(super) async fn accept(self, wire: Wire, socket: TcpStream) {
        let Some(server) = self.server else { return wire.fail(CloseReason::HandshakeFailed).await };
        match timeout(wire.config.handshake, TlsAcceptor::from(server).accept(socket)).await {
            Ok(Ok(stream)) => {
                // The verifier has seen to it that whatever was shown is good.
                if stream.get_ref().1.peer_certificates().is_some() {
                    let _ = wire.news.send(News::Proven { id: wire.id }).await;
                }
                wire.run(stream, Side::Accepted).await;
            }
            Ok(Err(error)) => wire.fail(reason(&error)).await,
            Err(_) => wire.fail(CloseReason::HandshakeTimeout).await,
        }
    }
}

fn reason(error: &io::Error) -> CloseReason {
    let tls = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>());
    tracing::debug!(%error, "TLS handshake failed");
    match tls {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            CloseReason::BadCertificate
        }
        _ => CloseReason::HandshakeFailed,
    }
}

/// Trust as everywhere, names as in SIP.
#[derive(Debug)]
struct Verifier {
    roots: Arc<RootCertStore>,
    wildcards: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    fn new(roots: Arc<RootCertStore>, wildcards: bool, provider: &CryptoProvider) -> Self {
        Verifier { roots, wildcards, algorithms: provider.signature_verification_algorithms }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let parsed = ParsedCertificate::try_from(certificate)?;
        verify_server_cert_signed_by_trust_anchor(&parsed, &self.roots, intermediates, now, self.algorithms.all)?;
        if is_for(certificate, name, self.wildcards) {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::NotValidForName.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Whether a certificate is for a SIP domain (RFC 5922 §7.1, §7.2): if it has sip URIs, one of them must name the domain;
/// only if it has none, DNS names count. The common name never does. An address must be among its addresses.
fn is_for(certificate: &CertificateDer<'_>, name: &ServerName<'_>, wildcards: bool) -> bool {
    let Ok(certificate) = webpki::EndEntityCert::try_from(certificate) else { return false };
    let ServerName::DnsName(domain) = name else {
        return certificate.verify_is_valid_for_subject_name(name).is_ok();
    };
    let domain = domain.as_ref().trim_end_matches('.');
    let mut domains = certificate.valid_uri_names().filter_map(sip_domain).peekable();
    if domains.peek().is_some() {
        return domains.any(|d| d.eq_ignore_ascii_case(domain));
    }
    certificate.valid_dns_names().any(|dns| match dns.strip_prefix("*.") {
        None => dns.eq_ignore_ascii_case(domain),
        Some(parent) => wildcards && domain.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent)),
    })
}

/// The domain of a URI like `sip:example.com`. One with a user names no domain (RFC 5922 §7.1).
fn sip_domain(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once(':')?;
    (scheme.eq_ignore_ascii_case("sip") && !rest.contains('@')).then_some(rest)
}

#[cfg(test)]
mod tests;
