//! [`offhook_fuzz::sip_body`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::sip_body(data));
