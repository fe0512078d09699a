//! Keys and signatures of the Alipay OpenAPI: RSA, RSA2, charsets and signed links. Bytes in, bytes out.
