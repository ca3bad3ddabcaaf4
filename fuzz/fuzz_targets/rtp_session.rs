//! [`offhook_fuzz::rtp_session`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::rtp_session(data));
