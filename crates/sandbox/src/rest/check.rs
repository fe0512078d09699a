//! Who asks, how it is signed, and when: the `authorization` header (protocol-v3 §2).

use alipay_core::http::HttpRequest;
use alipay_sign::{SignType, decode_signature};

use super::answer::Problem;
use crate::catalog::Protocol;
use crate::certificates::{self, Named};
use crate::gateway::{WINDOW_MILLIS, is_fresh};
use crate::state::Context;

const SCHEME: &str = "ALIPAY-SHA256withRSA";

/// The members of the header, and the text of those that are signed.
struct Authorization<'a> {
    members: Vec<(&'a str, &'a str)>,
    signed: String,
}

impl<'a> Authorization<'a> {
    /// Members may stand in any order, and more of them than are known; all but `sign` are signed as they stand.
    fn parse(text: &'a str) -> Self {
        let pieces: Vec<&str> = text.split(',').collect();
        let signed: Vec<&str> = pieces.iter().copied().filter(|piece| !piece.starts_with("sign=")).collect();
        let members = pieces.iter().filter_map(|piece| piece.trim().split_once('=')).collect();
        Self { members, signed: signed.join(",") }
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.members
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
            .filter(|value| !value.is_empty())
    }

    fn required(&self, name: &str, code: &'static str) -> Result<&'a str, Problem> {
        self.get(name).ok_or_else(|| Problem::bad(code, format!("authorization: {name} is missing")))
    }
}

/// Passes a request of the application that it signed just now, and names the first thing that is wrong with others.
/// `content` is what the signature covers of the body.
pub(super) fn check(
    context: &Context<'_>,
    request: &HttpRequest,
    target: &str,
    content: &[u8],
) -> Result<(), Problem> {
    // Production answers a request without the header so, with status 400 (protocol-v3 §4.2).
    let header = request.header("authorization").ok_or_else(|| {
        Problem::bad("missing-timestamp", "there is no header `authorization`".to_owned()).unsigned()
    })?;
    let Some((SCHEME, rest)) = header.split_once(' ') else {
        let what = format!("authorization: the scheme must be {SCHEME}, with one space behind it");
        return Err(Problem::bad("invalid-signature-type", what).unsigned());
    };
    let authorization = Authorization::parse(rest);
    let app_id = authorization.required("app_id", "missing-app-id").map_err(Problem::unsigned)?;
    if app_id != context.settings.app_id {
        let what = format!("无效的AppID参数: {}", app_id.chars().take(64).collect::<String>());
        return Err(Problem::bad("invalid-app-id", what).unsigned());
    }
    let named =
        Named { app: authorization.get("app_cert_sn"), roots: header_value(request, "alipay-root-cert-sn") };
    certificates::check(context, Protocol::V3, named)?;
    let timestamp = authorization.required("timestamp", "missing-timestamp")?;
    authorization.required("nonce", "invalid-parameter")?;
    let sign = authorization.required("sign", "missing-signature").map_err(Problem::unauthorized)?;
    verify(context, request, (target, content), &authorization.signed, sign)?;
    let millis = timestamp.parse::<i64>().map_err(|_| {
        Problem::bad(
            "invalid-timestamp",
            "authorization: timestamp must be milliseconds since 1970".to_owned(),
        )
    })?;
    let lifetime = authorization.get("expired_seconds").and_then(|seconds| seconds.parse::<i64>().ok());
    let age = context.settings.clock.age(millis);
    let expired = lifetime.is_some_and(|seconds| age > seconds.saturating_mul(1000).min(WINDOW_MILLIS));
    if expired || !is_fresh(context, millis) {
        let what = format!("非法的时间戳参数: {timestamp}, 网关时间是 {}", context.now_millis);
        return Err(Problem::bad("invalid-timestamp", what));
    }
    Ok(())
}

/// Whether a request names the application's certificate.
pub(super) fn names_certificate(request: &HttpRequest) -> bool {
    let members = header_value(request, "authorization").and_then(|header| header.split_once(' '));
    members.is_some_and(|(_, rest)| Authorization::parse(rest).get("app_cert_sn").is_some())
}

fn header_value<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.header(name).filter(|value| !value.is_empty())
}

fn verify(
    context: &Context<'_>,
    request: &HttpRequest,
    (target, content): (&str, &[u8]),
    signed: &str,
    sign: &str,
) -> Result<(), Problem> {
    let mut text = format!("{signed}\n{}\n{target}\n", request.verb.as_str()).into_bytes();
    text.extend_from_slice(content);
    text.push(b'\n');
    if let Some(token) = request.header("alipay-app-auth-token").filter(|token| !token.is_empty()) {
        text.extend_from_slice(token.as_bytes());
        text.push(b'\n');
    }
    let holds = decode_signature(sign).is_ok_and(|signature| {
        context.settings.rest_keys.app.verify(SignType::Rsa2, &text, &signature).is_ok()
    });
    if holds {
        return Ok(());
    }
    let what = format!(
        "验签出错, 建议检查签名字符串或签名私钥与应用公钥是否匹配, 网关生成的验签字符串为：{}",
        String::from_utf8_lossy(&text).replace('&', "&amp;")
    );
    Err(Problem::unauthorized(Problem::bad("invalid-signature", what)))
}
