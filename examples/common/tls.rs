//! TLS for the examples that have it as a choice.

use offhook::driver::Builder;
use std::path::PathBuf;

/// Flags of TLS; the library's feature `tls` must be built in.
#[derive(clap::Args)]
pub(crate) struct TlsArgs {
    /// Our certificates, as PEM, the own one first; to listen on TLS, and for servers that ask
    #[arg(long, requires = "tls_key", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The private key of --tls-cert, as PEM
    #[arg(long, requires = "tls_cert", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Whom to trust, as PEM, in place of the system's certificate authorities
    #[arg(long, value_name = "FILE")]
    tls_roots: Option<PathBuf>,
}

impl TlsArgs {
    /// The builder with what was asked for; as it was where TLS is not `wanted`.
    #[cfg(feature = "tls")]
    pub(crate) fn apply(&self, builder: Builder, wanted: bool) -> Result<Builder, String> {
        use offhook::driver::tls::{Identity, Tls};
        if !wanted {
            return Ok(builder);
        }
        let read = |path: &PathBuf| std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()));
        let mut tls = Tls::new();
        if let Some(roots) = &self.tls_roots {
            tls = tls.roots_pem(&read(roots)?).map_err(|e| format!("--tls-roots: {e}"))?;
        }
        if let (Some(cert), Some(key)) = (&self.tls_cert, &self.tls_key) {
            let identity = Identity::from_pem(&read(cert)?, &read(key)?);
            tls = tls.identity(identity.map_err(|e| format!("--tls-cert, --tls-key: {e}"))?);
        }
        Ok(builder.tls(tls))
    }

    #[cfg(not(feature = "tls"))]
    pub(crate) fn apply(&self, builder: Builder, wanted: bool) -> Result<Builder, String> {
        let given = [&self.tls_cert, &self.tls_key, &self.tls_roots];
        if wanted || given.iter().any(|file| file.is_some()) {
            return Err("TLS is not built in: cargo run --features tls --example ..".into());
        }
        Ok(builder)
    }
}
