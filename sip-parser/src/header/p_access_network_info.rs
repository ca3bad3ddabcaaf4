//! `P-Access-Network-Info` (RFC 7315 §4.4, §5.4).

use super::Name;
use super::shapes::{param_header, plain};

param_header! {
    /// Over which network, and in which cell of it, the device is connected.
    ///
    /// ```
    /// use offhook_sip_parser::header::{PAccessNetworkInfo, TypedHeader};
    /// let net = PAccessNetworkInfo::parse(b"3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=208152402668CC53;network-provided")?;
    /// assert_eq!((net.access, net.cell()), ("3GPP-E-UTRAN-FDD", Some("208152402668CC53")));
    /// assert!(net.is_network_provided());
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    PAccessNetworkInfo, Name::P_ACCESS_NETWORK_INFO, true,
    /// `IEEE-802.11`, `3GPP-E-UTRAN-FDD`, `ADSL` or another.
    access
}

impl<'a> PAccessNetworkInfo<'a> {
    /// The cell, of a mobile network: `utran-cell-id-3gpp` or `cgi-3gpp`.
    pub fn cell(&self) -> Option<&'a str> {
        plain(self.params, "utran-cell-id-3gpp").or_else(|| plain(self.params, "cgi-3gpp"))
    }

    /// Whether the network says so, and not the device alone.
    pub fn is_network_provided(&self) -> bool {
        self.params.has("network-provided")
    }
}
