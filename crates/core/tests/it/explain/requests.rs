//! Requests that the gateway refused.

use alipay_core::explain::{Cause, Explanation, SentRequest, request};
use alipay_core::sign::{Charset, SignType, percent_encode};
use alipay_core::{CallOptions, Exchange, RawOperation};
use serde_json::json;

use super::{FOREIGN, OURS, check, gbk, known, signature};
use crate::common::{config, sent};

const OURS_TEXT: &str = "app_id=2021000000000000&biz_content={\"memo\":\"a+b 四川\",\"url\":\"https://x\"}&charset=UTF-8&format=json&method=alipay.marketing.voucher.query&sign_type=RSA2&timestamp=2026-01-05 08:00:00&version=1.0";

/// The refusal of a gateway that built `text`.
fn refusal(text: &str) -> Vec<u8> {
    let message = format!(
        "验签出错, 建议检查签名字符串或签名私钥与应用公钥是否匹配, 网关生成的验签字符串为：{}",
        text.replace('&', "&amp;")
    );
    json!({"alipay_marketing_voucher_query_response": {
        "code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature", "sub_msg": message,
    }})
    .to_string()
    .into_bytes()
}

fn ours(text: &str) -> SentRequest {
    SentRequest::new().text(text).signature(signature(&OURS, text.as_bytes()))
}

/// We signed the usual text with `from` replaced, and the gateway built the usual one with `to` replaced.
fn differing(ours_has: [&str; 2], theirs_has: [&str; 2]) -> Explanation {
    let text = OURS_TEXT.replacen(ours_has[0], ours_has[1], 1);
    let built = OURS_TEXT.replacen(theirs_has[0], theirs_has[1], 1);
    request(&ours(&text), &refusal(&built), &known())
}

const SAME: [&str; 2] = ["app_id", "app_id"];

#[test]
fn a_request_whose_signature_holds_is_said_to_be_correct() {
    let explanation = request(&ours(OURS_TEXT), b"", &known());
    assert!(explanation.holds && explanation.cause.is_none(), "{explanation}");
}

#[test]
fn a_request_of_this_crate_is_explained_from_query_and_body() {
    let operation =
        RawOperation::gateway("alipay.marketing.voucher.query").biz_content(json!({"voucher_id": "1"}));
    let mut exchange = Exchange::new(&config(), operation, CallOptions::new());
    let built = String::from_utf8(exchange.text_to_sign().unwrap()).unwrap();
    let request_sent = sent(&mut exchange);
    let whole = SentRequest::new().form(request_sent.url.as_str(), request_sent.body.clone());
    assert!(request(&whole, b"", &known()).holds);
    let explanation = request(&whole, &refusal(&built.replace("\"1\"", "\"2\"")), &known());
    check(
        &explanation,
        Cause::TextChanged,
        Some("biz_content"),
        Some(("1\"}", "2\"}")),
        "between signing and sending",
    );
}

#[test]
fn a_charset_that_the_gateway_did_not_find_in_the_query_is_named() {
    let message = "验签出错，请确认charset参数放在了URL查询字符串中且各参数值使用charset参数指示的字符集编码";
    let refusal =
        json!({"a_response": {"code": "40002", "sub_code": "isv.invalid-signature", "sub_msg": message}});
    let (utf_8, gbk) = (refusal.to_string().into_bytes(), gbk(&refusal.to_string()));
    let escaped: String = refusal
        .to_string()
        .chars()
        .map(|character| match character.is_ascii() {
            true => character.to_string(),
            false => format!("\\u{:04x}", u32::from(character)),
        })
        .collect();
    for refusal in [utf_8, gbk, escaped.into_bytes(), message.as_bytes().to_vec()] {
        let explanation = request(&ours(OURS_TEXT), &refusal, &known());
        check(&explanation, Cause::Charset, None, None, "into the query of the URL");
    }
}

#[test]
fn the_same_text_leaves_the_key_in_the_console() {
    let explanation = request(&ours(OURS_TEXT), &refusal(OURS_TEXT), &known());
    check(&explanation, Cause::AnotherKey, None, None, "upload the public half");
    assert!(explanation.verdict.contains(&OURS.public_key().fingerprint()), "{explanation}");
    let explanation = request(&SentRequest::new().text(OURS_TEXT), &refusal(OURS_TEXT), &known());
    check(&explanation, Cause::AnotherKey, None, None, "compare the public key");
}

#[test]
fn a_signature_by_another_key_or_algorithm_is_named() {
    let by_foreign = SentRequest::new().text(OURS_TEXT).signature(signature(&FOREIGN, OURS_TEXT.as_bytes()));
    let explanation = request(&by_foreign, &refusal(OURS_TEXT), &known());
    check(&explanation, Cause::AnotherKey, None, None, "sign with the private key");
    let explanation =
        request(&by_foreign, &refusal(OURS_TEXT), &known().other_key("old key", FOREIGN.public_key()));
    assert!(explanation.verdict.contains("old key"), "{explanation}");
    let text = OURS_TEXT.replace("RSA2", "RSA");
    let explanation = request(&ours(&text), &refusal(&text), &known().sign_type(SignType::Rsa));
    check(&explanation, Cause::SignType, None, None, "RSA2 is SHA-256");
    let damaged = SentRequest::new().text(OURS_TEXT).signature("c2hvcnQ=");
    check(&request(&damaged, &refusal(OURS_TEXT), &known()), Cause::SignatureDamaged, None, None, "base64");
}

/// Cause and parameter, what is replaced in our text and in that of the gateway, part of the fix.
type Case<'a> = (Cause, &'a str, [&'a str; 2], [&'a str; 2], &'a str);

#[test]
fn every_way_in_which_the_texts_differ_is_named() {
    let json = "{\"memo\":\"a+b 四川\",\"url\":\"https://x\"}";
    let encoded = percent_encode(json.as_bytes());
    let cases: [Case<'_>; 18] = [
        (Cause::AnotherApp, "app_id", SAME, ["2021000000000000", "2021000000000001"], "one and the same"),
        (Cause::SignType, "sign_type", SAME, ["RSA2", "RSA"], "same sign_type"),
        (Cause::CharsetLabel, "charset", ["UTF-8", "utf-8"], SAME, "spell the charset"),
        (Cause::Charset, "charset", SAME, ["UTF-8", "GBK"], "one charset"),
        (Cause::Charset, "biz_content", SAME, ["四川", "鍥涘窛"], "query of the URL"),
        (Cause::Charset, "biz_content", SAME, ["四川", "??"], "query of the URL"),
        (Cause::PlusAsSpace, "biz_content", SAME, ["a+b", "a b"], "%2B"),
        (Cause::NotDecoded, "biz_content", SAME, [json, &encoded], "once"),
        (Cause::NotDecoded, "biz_content", [json, &encoded], SAME, "sign the plain value"),
        (Cause::DecodedTwice, "biz_content", ["a+b", "50%25 of 40%25"], ["a+b", "50% of 40%"], "also the %"),
        (
            Cause::EscapedSlashes,
            "biz_content",
            ["https://x", "https:\\/\\/x"],
            SAME,
            "make the JSON text once",
        ),
        (Cause::JsonRewritten, "biz_content", [",\"url\":", ", \"url\": "], SAME, "make the JSON text once"),
        (Cause::HtmlEscaped, "biz_content", [json, "&lt;a&gt;"], [json, "<a>"], "plain value"),
        (Cause::TextTrimmed, "version", ["version=1.0", "version=1.0 "], SAME, "trim"),
        (Cause::SignTypeParameter, "timestamp", ["sign_type=RSA2&", ""], SAME, "keep sign_type"),
        (Cause::EmptyValues, "notify_url", ["sign_type", "notify_url=&sign_type"], SAME, "empty values"),
        (Cause::MissingParameter, "sign_type", SAME, ["sign_type", "s=/index&sign_type"], "what added it"),
        (
            Cause::AddedParameter,
            "notify_url",
            ["sign_type", "notify_url=https://x&sign_type"],
            SAME,
            "send notify_url",
        ),
    ];
    for (cause, place, ours_has, theirs_has, fix) in cases {
        let explanation = differing(ours_has, theirs_has);
        check(&explanation, cause, Some(place), None, fix);
    }
}

#[test]
fn parameters_out_of_order_are_named() {
    let text = OURS_TEXT.replacen("&format=json", "", 1) + "&format=json";
    let explanation = request(&ours(&text), &refusal(OURS_TEXT), &known());
    check(&explanation, Cause::KeyOrder, Some("method"), Some(("method", "format")), "sort");
}

#[test]
fn the_first_difference_is_shown_byte_by_byte() {
    let explanation = differing(SAME, ["a+b", "a b"]);
    let difference = explanation.difference.unwrap();
    assert_eq!(difference.offset, OURS_TEXT.find("+b").unwrap());
    assert_eq!(difference.context, "=2021000000000000&biz_content={\"memo\":\"a");
    assert!(difference.ours.starts_with("+b 四川\",") && difference.theirs.starts_with(" b 四川\","));
}

#[test]
fn a_text_other_than_the_signed_one_is_told_by_how() {
    let other = |signed: &[u8]| {
        let given = SentRequest::new().text(OURS_TEXT).signature(signature(&OURS, signed));
        request(&given, &refusal(OURS_TEXT), &known())
    };
    check(&other(&gbk(OURS_TEXT)), Cause::Charset, Some("biz_content"), None, "one");
    let dropped = OURS_TEXT.replace("sign_type=RSA2&", "");
    check(&other(dropped.as_bytes()), Cause::SignTypeParameter, Some("sign_type"), None, "keep sign_type");
    check(&other(b"nonsense"), Cause::TextChanged, None, None, "right before it is signed");
}

#[test]
fn a_gbk_request_is_compared_as_text() {
    let text = OURS_TEXT.replace("UTF-8", "GBK");
    let bytes = Charset::gbk().encode(&text).unwrap().into_owned();
    let given = SentRequest::new().text(bytes.clone()).signature(signature(&OURS, &bytes));
    check(&request(&given, &refusal(&text), &known()), Cause::AnotherKey, None, None, "upload");
    let answer = gbk(std::str::from_utf8(&refusal(&text)).unwrap());
    check(&request(&given, &answer, &known()), Cause::AnotherKey, None, None, "upload");
}

#[test]
fn the_text_of_the_gateway_is_found_in_pages_and_copies() {
    let built = OURS_TEXT.replace("a+b", "a b");
    let mark = "网关生成的验签字符串为：";
    let escaped = built.replace('&', "&amp;").replace('"', "&quot;");
    for refusal in [
        format!("<p>错误代码 invalid-signature {mark}{escaped}</p><p>x</p>"),
        format!("{mark}{built}"),
        format!("网关生成的验签字符串为:{escaped}"),
    ] {
        let explanation = request(&ours(OURS_TEXT), refusal.as_bytes(), &known());
        check(&explanation, Cause::PlusAsSpace, Some("biz_content"), Some(("+b", " b")), "%2B");
    }
    // Pages lose the quotes.
    let explanation =
        request(&ours(OURS_TEXT), format!("{mark}{}", OURS_TEXT.replace('"', "")).as_bytes(), &known());
    assert_eq!(explanation.cause, Some(Cause::AnotherKey), "{explanation}");
}

#[test]
fn a_refused_v3_request_is_told_by_its_line() {
    let text = "app_id=2021000000000000,nonce=n,timestamp=1\nPOST\n/v3/alipay/x?a=1\n{\"a\":\"b/c\"}\n";
    let built = |text: &str| {
        json!({"code": "invalid-signature", "message": format!("网关生成的验签字符串为：{}", text.replace('&', "&amp;"))}).to_string()
    };
    let of = |theirs: &str| request(&ours(text), built(theirs).as_bytes(), &known());
    check(&of(text), Cause::AnotherKey, None, None, "upload");
    check(
        &of(&text.replace("/c", "\\/c")),
        Cause::EscapedSlashes,
        Some("line 4 (body)"),
        None,
        "JSON text once",
    );
    check(&of(text.trim_end()), Cause::TextTrimmed, Some("line 4 (body)"), None, "the last one too");
    check(
        &of(&text.replace("a=1", "a=2")),
        Cause::TextChanged,
        Some("line 3 (path and query)"),
        None,
        "between",
    );
    let explanation = of(&format!("{text}secret-token\n"));
    check(&explanation, Cause::MissingParameter, Some("line 5 (token)"), None, "alipay-app-auth-token");
    assert!(
        !explanation.to_string().contains("secret") && !explanation.to_json().to_string().contains("secret")
    );
}

#[test]
fn too_little_to_go_by_is_said() {
    let explanation = request(&SentRequest::new().text(OURS_TEXT), b"", &known());
    assert!(!explanation.holds && explanation.cause.is_none() && explanation.verdict.contains("too little"));
    check(&request(&SentRequest::new(), b"", &known()), Cause::Unreadable, None, None, "give the text");
}

#[test]
fn no_token_is_shown() {
    let token = "202601BB1234567890abcdef";
    let text = format!(
        "app_auth_token={token}&app_id=1&auth_token={token}&biz_content={{\"refresh_token\":\"{token}\"}}&sign_type=RSA2"
    );
    for (from, to) in [
        ("app_id=1", "app_id=2"),
        (token, "202601BB1234567890abcdeX"),
        ("biz_content", "buz_content"),
        ("RSA2", "RSA"),
    ] {
        let explanation = request(&ours(&text), &refusal(&text.replace(from, to)), &known());
        let shown = format!("{explanation} {} {explanation:?}", explanation.to_json());
        assert!(
            explanation.difference.is_some() && !shown.contains(&token[..6]) && !shown.contains("abcde"),
            "{shown}"
        );
    }
}

/// The request as it is sent, with its values in `encoded`.
fn form_of(text: &str, encoded: impl Fn(&str) -> String) -> SentRequest {
    let pairs: Vec<_> = text
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let sign = percent_encode(signature(&OURS, text.as_bytes()).as_bytes());
    SentRequest::new().form(format!("https://openapi.example/gateway.do?{}&sign={sign}", pairs.join("&")), "")
}

#[test]
fn a_slip_in_the_encoding_is_found_in_what_was_sent() {
    let encode = |value: &str| percent_encode(value.as_bytes());
    // The plus was sent as itself: the gateway builds, and repeats, a space.
    let plus = form_of(OURS_TEXT, |value| encode(value).replace("%2B", "+"));
    let explanation = request(&plus, &refusal(&OURS_TEXT.replace("a+b", "a b")), &known());
    check(&explanation, Cause::PlusAsSpace, Some("biz_content"), Some(("+b", " b")), "%2B");
    // Sent as it was signed, without encoding the percent sign in it.
    let text = OURS_TEXT.replace("a+b", "50%25");
    let unencoded = form_of(&text, |value| encode(value).replace("%2525", "%25"));
    let explanation = request(&unencoded, &refusal(&text.replace("%25", "%")), &known());
    check(&explanation, Cause::DecodedTwice, Some("biz_content"), Some(("25", " ")), "also the %");
    // Encoded twice.
    let twice = form_of(OURS_TEXT, |value| encode(&encode(value)));
    let built: Vec<_> = OURS_TEXT
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    let explanation = request(&twice, &refusal(&built.join("&")), &known());
    check(&explanation, Cause::NotDecoded, Some("biz_content"), Some(("{", "%7B")), "once");
    // Without our key nobody knows what was signed, and no key is blamed.
    let explanation = request(&plus, &refusal(&OURS_TEXT.replace("a+b", "a b")), &Default::default());
    assert!(explanation.cause.is_none() && explanation.fix.contains("--app-key FILE"), "{explanation}");
}

#[test]
fn a_value_that_was_decoded_once_more_is_no_new_parameter() {
    let address = "notify_url=https://shop.example/n?a=1%26b=2&sign_type";
    let ours_has = ["sign_type", address];
    let theirs_has = ["sign_type", &address.replace("%26", "&")];
    let explanation = differing(ours_has, [theirs_has[0], theirs_has[1]]);
    check(&explanation, Cause::DecodedTwice, Some("notify_url"), Some(("%26b", "&b")), "also the %");
    assert!(explanation.checked.contains(&(Cause::MissingParameter, false)), "{explanation}");
    let explanation = differing([theirs_has[0], theirs_has[1]], ours_has);
    check(&explanation, Cause::NotDecoded, Some("notify_url"), Some(("&b", "%26b")), "once");
}

#[test]
fn the_line_break_of_an_editor_does_not_hide_the_cause() {
    let saved = |break_: &str| SentRequest::new().text(format!("{OURS_TEXT}{break_}"));
    for break_ in ["\n", "\r\n"] {
        let given = saved(break_).signature(signature(&OURS, OURS_TEXT.as_bytes()));
        let explanation = request(&given, &refusal(OURS_TEXT), &known());
        check(&explanation, Cause::AnotherKey, None, None, "upload");
        assert!(explanation.to_string().contains("line break that was not signed"), "{explanation}");
        // Without a signature the text of the gateway decides.
        let explanation = request(&saved(break_), &refusal(OURS_TEXT), &known());
        check(&explanation, Cause::AnotherKey, None, None, "compare the public key");
        assert!(explanation.to_string().contains("must not be signed"), "{explanation}");
        let given = saved(break_).signature(signature(&FOREIGN, OURS_TEXT.as_bytes()));
        let explanation = request(&given, &refusal(OURS_TEXT), &known());
        check(&explanation, Cause::AnotherKey, None, None, "sign with the private key");
    }
    // It was signed: that is the cause.
    let whole = format!("{OURS_TEXT}\n");
    let explanation = request(&ours(&whole), &refusal(OURS_TEXT), &known());
    check(&explanation, Cause::TextTrimmed, Some("version"), None, "trim");
}

#[test]
fn a_file_that_is_no_refusal_is_said_to_be_none() {
    let answer =
        br#"{"alipay_trade_query_response":{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"},"sign":"x"}"#;
    for (file, what) in
        [(&answer[..], "an answer with code 40004 ACQ.TRADE_NOT_EXIST"), (b"hello", "no answer")]
    {
        let explanation = request(&ours(OURS_TEXT), file, &known());
        check(&explanation, Cause::Unreadable, None, None, "isv.invalid-signature");
        assert!(explanation.verdict.contains(what), "{explanation}");
        assert!(explanation.verdict.ends_with("repeats no text"), "{explanation}");
    }
    // What is wrong all the same comes first.
    let explanation = request(&ours(OURS_TEXT), b"hello", &known().app_id("2021"));
    check(&explanation, Cause::AnotherApp, None, None, "one and the same");
    assert!(explanation.to_string().contains("no answer of the gateway (5 bytes)"), "{explanation}");
}
