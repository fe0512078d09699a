//! Pages, forms and order strings: what a browser or the Alipay app sends passes the gateway's check.

use alipay_api::http::{HttpRequest, Verb};
use alipay_api::models::v2::trade::{AppPayRequest, PagePayRequest, WapPayRequest};
use alipay_api::sign::{Charset, percent_encode};
use alipay_api::{CallOptions, Client, Money, Outcome};
use alipay_tests::{Setup, Stage, alipay_signature};

const SUBJECT: &str = "优酷 \"3\" <个>月 & 'a+b'";

fn order() -> PagePayRequest {
    PagePayRequest::new("order-1", Money::from_fen(1), SUBJECT, "FAST_INSTANT_TRADE_PAY")
}

/// Whether the gateway takes it: it would answer a wrong signature with the text that it built.
fn gateway_accepts(stage: &Stage<Client>, request: &HttpRequest) -> bool {
    let body = stage.sandbox.handle(request).body().to_vec();
    let text = String::from_utf8_lossy(&body).into_owned();
    !text.contains("isv.") && text.contains("order-1")
}

/// What a browser makes of the form: it reads the attributes as HTML and encodes the values in the charset of the form.
fn submitted(html: &str, charset: &Charset) -> HttpRequest {
    let attribute = |element: &str, name: &str| {
        let from = element.split_once(&format!("{name}=\"")).unwrap().1;
        let raw = from.split_once('"').unwrap().0;
        raw.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    };
    let encode = |text: &str| percent_encode(&charset.encode(text).unwrap());
    let (head, inputs) = html.split_once('>').unwrap();
    let fields = inputs.split("<input").skip(1);
    let pairs: Vec<_> = fields
        .map(|input| format!("{}={}", encode(&attribute(input, "name")), encode(&attribute(input, "value"))))
        .collect();
    let mut request = HttpRequest::new(Verb::Post, attribute(head, "action"));
    request.headers.push(("content-type".into(), "application/x-www-form-urlencoded".into()));
    request.body = pairs.join("&").into_bytes();
    request
}

#[test]
fn a_page_url_is_accepted_by_the_gateway() {
    for charset in ["UTF-8", "GBK"] {
        let stage = Stage::async_in_process(Setup { charset, ..Setup::default() });
        let options =
            CallOptions::new().return_url("https://shop.example.com/back?a=1&b=2").notify_url("https://n");
        let url = stage.client.page_url(&order(), &options).unwrap();
        assert!(url.is_ascii() && !url.contains(' '));
        assert!(gateway_accepts(&stage, &HttpRequest::new(Verb::Get, url)), "{charset}");
    }
}

#[test]
fn a_form_survives_the_browser_whatever_the_subject_holds() {
    for charset in ["UTF-8", "GBK"] {
        let stage = Stage::async_in_process(Setup { charset, ..Setup::default() });
        let form = stage.client.page_form(&order(), &CallOptions::new()).unwrap();
        let html = form.to_auto_submit_html(Some("abc"));
        assert!(!html.contains("<个>") && html.contains("nonce=\"abc\""));
        assert!(
            gateway_accepts(&stage, &submitted(&form.to_html(), &Charset::parse(charset).unwrap())),
            "{charset}"
        );
    }
}

#[test]
fn a_mobile_page_and_an_order_string_are_accepted_by_the_gateway() {
    let stage = Stage::async_in_process(Setup::default());
    let wap = WapPayRequest::new("order-1", Money::from_fen(1), SUBJECT);
    let url = stage.client.page_url(&wap, &CallOptions::new()).unwrap();
    assert!(gateway_accepts(&stage, &HttpRequest::new(Verb::Get, url)));

    let app = AppPayRequest::new("order-1", Money::from_fen(1), SUBJECT);
    let order = stage.client.order_string(&app, &CallOptions::new()).unwrap();
    assert!(order.starts_with("app_id=") && order.contains("&sign="));
    let url = format!("{}?{order}", stage.sandbox.gateway_url());
    assert!(gateway_accepts(&stage, &HttpRequest::new(Verb::Get, url)));
}

#[test]
fn what_the_app_brings_back_is_verified() {
    let stage = Stage::async_in_process(Setup::default());
    let node = r#"{"code":"10000","msg":"Success","out_trade_no":"order-1","total_amount":"0.01"}"#;
    let signature = alipay_signature(node);
    let result =
        format!(r#"{{"alipay_trade_app_pay_response":{node},"sign":"{signature}","sign_type":"RSA2"}}"#);

    let verified = stage.config.verify_app_result::<AppPayRequest>(&result).unwrap();
    assert_eq!(verified.value.out_trade_no.as_deref(), Some("order-1"));
    for forged in [result.replace("order-1", "order-2"), String::new(), "{}".to_owned()] {
        let error = stage.config.verify_app_result::<AppPayRequest>(&forged).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{forged}");
    }
}
