//! [`offhook_fuzz::header_numbers_dates`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::header_numbers_dates(data));
