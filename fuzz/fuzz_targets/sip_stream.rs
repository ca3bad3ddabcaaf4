//! [`offhook_fuzz::sip_stream`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::sip_stream(data));
