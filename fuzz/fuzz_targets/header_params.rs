//! [`offhook_fuzz::header_params`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::header_params(data));
