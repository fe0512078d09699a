//! Sends the requests of alipay-core with ureq, without an async runtime.
