//! [`offhook_fuzz::sip_uri`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::sip_uri(data));
