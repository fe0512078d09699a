//! The checks that come before any business: who, how signed, and when (protocol-v2 §4.2).

use alipay_core::DateTime;
use alipay_sign::{SignType, decode_signature};

use super::answer::Problem;
use super::params::{Broken, Params};
use crate::catalog::Protocol;
use crate::certificates::{self, Named};
use crate::state::Context;

/// Farthest from the gateway's clock that a timestamp may be.
pub(crate) const WINDOW_MILLIS: i64 = 10 * 60 * 1000;

/// What Alipay says in place of a text that it could not read (protocol-v2 §1.3).
const MISREAD: &str =
    "验签出错，请确认charset参数放在了URL查询字符串中且各参数值使用charset参数指示的字符集编码";

/// Passes a request of the application that it signed just now, and names the first thing that is wrong with others.
pub(super) fn check(context: &Context<'_>, params: &Params) -> Result<(), Problem> {
    let app_id =
        required(params, "app_id", "isv.missing-app-id", "缺少AppID参数").map_err(Problem::unsigned)?;
    if app_id != context.settings.app_id {
        let what = format!("无效的AppID参数: {}", short(app_id));
        return Err(Problem::invalid("isv.invalid-app-id", what).unsigned());
    }
    match &params.broken {
        Some(Broken::Charset(what)) => return Err(Problem::invalid("isv.invalid-charset", what.clone())),
        Some(Broken::Upload(what)) => return Err(Problem::invalid("isv.upload-fail", what.clone())),
        Some(Broken::Form(what)) => return Err(Problem::invalid("isv.invalid-parameter", what.clone())),
        None => {}
    }
    let named = Named { app: params.get("app_cert_sn"), roots: params.get("alipay_root_cert_sn") };
    certificates::check(context, Protocol::V2, named)?;
    required(params, "method", "isv.missing-method", "缺少方法名参数")?;
    let sign_type = required(params, "sign_type", "isv.missing-signature-type", "缺少签名类型参数")?;
    let sign = required(params, "sign", "isv.missing-signature", "缺少签名参数")?;
    let timestamp = required(params, "timestamp", "isv.missing-timestamp", "缺少时间戳参数")?;
    let version = required(params, "version", "isv.missing-version", "缺少版本参数")?;

    let agreed = context.settings.sign_type;
    if sign_type.parse::<SignType>().ok() != Some(agreed) {
        let what = format!("无效的签名类型: {}, 应用约定的是 {agreed}", short(sign_type));
        return Err(Problem::invalid("isv.invalid-signature-type", what));
    }
    verify(context, params, agreed, sign)?;

    if params.get("format").is_some_and(|format| !format.eq_ignore_ascii_case("json")) {
        return Err(Problem::invalid("isv.invalid-format", "无效的数据格式, 只支持json".to_owned()));
    }
    if version != "1.0" {
        return Err(Problem::invalid("isv.invalid-version", format!("无效的版本: {}", short(version))));
    }
    let time = timestamp.parse::<DateTime>().map_err(|error| {
        Problem::invalid("isv.invalid-timestamp", format!("非法的时间戳参数, timestamp: {error}"))
    })?;
    if !is_fresh(context, time.unix_millis()) {
        let what =
            format!("非法的时间戳参数, timestamp: {timestamp} 与网关时间 {} 相差超过10分钟", context.now);
        return Err(Problem::invalid("isv.invalid-timestamp", what));
    }
    Ok(())
}

/// Whether a moment is near the clock of the sandbox, or near the clock that it was built with: a client in another
/// process does not see how the sandbox's own clock was moved.
pub(crate) fn is_fresh(context: &Context<'_>, millis: i64) -> bool {
    context.settings.clock.age(millis).saturating_abs() <= WINDOW_MILLIS
}

fn verify(context: &Context<'_>, params: &Params, sign_type: SignType, sign: &str) -> Result<(), Problem> {
    let text = params.signed_text();
    // A plus that was not percent-encoded arrives as a space.
    let signature = decode_signature(&sign.replace(' ', "+"));
    let holds = signature
        .is_ok_and(|signature| context.settings.keys.app.verify(sign_type, &text, &signature).is_ok());
    if holds {
        return Ok(());
    }
    if params.are_misread() {
        return Err(Problem::invalid("isv.invalid-signature", MISREAD.to_owned()));
    }
    let built =
        params.charset().decode(&text).unwrap_or_else(|_| String::from_utf8_lossy(&text).into_owned());
    let what = format!(
        "验签出错, 建议检查签名字符串或签名私钥与应用公钥是否匹配, 网关生成的验签字符串为：{}",
        built.replace('&', "&amp;")
    );
    Err(Problem::invalid("isv.invalid-signature", what))
}

fn required<'a>(
    params: &'a Params,
    name: &str,
    sub_code: &'static str,
    sub_msg: &str,
) -> Result<&'a str, Problem> {
    params.get(name).ok_or_else(|| Problem::missing(sub_code, sub_msg.to_owned()))
}

fn short(text: &str) -> String {
    text.chars().take(64).collect()
}
