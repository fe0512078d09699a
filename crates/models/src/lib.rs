//! Typed requests and answers of the Alipay OpenAPI, generated from spec/.
