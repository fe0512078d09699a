//! Client for the Alipay OpenAPI, async and blocking.
