//! Generator of typed Rust for the Alipay OpenAPI, from the TOML files of spec/.
