//! `Info-Package` and `Recv-Info` (RFC 6086 §7.2, §7.3).

use super::Name;
use super::shapes::param_header;

param_header! {
    /// What an INFO is about.
    ///
    /// ```
    /// use offhook_sip_parser::header::{InfoPackage, TypedHeader};
    /// assert_eq!(InfoPackage::parse(b"foo")?.package, "foo");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    InfoPackage, Name::INFO_PACKAGE, false,
    /// The package's name.
    package
}

param_header! {
    /// A package that the sender takes INFO of. A header without any says: none now.
    ///
    /// ```
    /// use offhook_sip_parser::header::{RecvInfo, TypedHeader};
    /// assert_eq!(RecvInfo::parse(b"infotele;tele=1")?.package, "infotele");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    RecvInfo, Name::RECV_INFO, true,
    /// The package's name.
    package
}
