//! Sends the requests of alipay-core with reqwest on tokio.
