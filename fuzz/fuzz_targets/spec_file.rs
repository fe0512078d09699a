#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| alipay_tests::targets::spec_file(data));
