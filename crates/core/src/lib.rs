//! The Alipay OpenAPI protocol without a socket: requests, answers, notifications, errors.
