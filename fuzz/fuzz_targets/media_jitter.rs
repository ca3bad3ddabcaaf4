//! [`offhook_fuzz::media_jitter`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::media_jitter(data));
