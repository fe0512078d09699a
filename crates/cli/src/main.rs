//! The alipay command.
fn main() {}
