//! [`offhook_fuzz::header_addresses`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::header_addresses(data));
