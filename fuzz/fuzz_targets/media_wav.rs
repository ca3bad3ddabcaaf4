//! [`offhook_fuzz::media_wav`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::media_wav(data));
