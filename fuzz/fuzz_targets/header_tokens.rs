//! [`offhook_fuzz::header_tokens`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::header_tokens(data));
