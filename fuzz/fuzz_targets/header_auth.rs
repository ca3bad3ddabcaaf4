//! [`offhook_fuzz::header_auth`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::header_auth(data));
