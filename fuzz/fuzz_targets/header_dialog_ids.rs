//! [`offhook_fuzz::header_dialog_ids`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| offhook_fuzz::header_dialog_ids(data));
