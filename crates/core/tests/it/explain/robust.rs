//! Whatever is given, an explanation comes back.

use alipay_core::explain::{self, Known, SentRequest};
use alipay_core::http::HttpResponse;
use alipay_core::sign::h5::{UseModeLink, sign};

use super::{ALIPAYS, known, notification, redemption, signature, text};
use crate::common::{config, envelope};

/// Numbers without a pattern, the same ones each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

fn mutate(seed: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    const PIECES: [&[u8]; 12] = [
        b"&",
        b"=",
        b"%",
        b"%2",
        b"\\",
        b"\"",
        b"\\u",
        b"\\ud800",
        b"&amp;",
        b"\xFF\xFE",
        "四".as_bytes(),
        b"\n",
    ];
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len() + 1);
        match numbers.below(4) {
            0 => bytes.truncate(at),
            1 => drop(bytes.splice(at..at, PIECES[numbers.below(PIECES.len())].iter().copied())),
            2 if at < bytes.len() => drop(bytes.remove(at)),
            _ if at < bytes.len() => bytes[at] = u8::try_from(numbers.below(256)).unwrap(),
            _ => {}
        }
    }
    bytes
}

#[test]
fn arbitrary_bytes_are_explained_and_never_believed_wrongly() {
    let form = notification(&redemption(), &text(&redemption()));
    let answer = envelope("a_response", r#"{"code":"10000","u":"https:\/\/x","n":"四川\u56db"}"#.as_bytes());
    let values = [("voucherId", "1"), ("userId", "2")];
    let link = sign("https://x/?a=1", &values, &UseModeLink::new(), &*ALIPAYS).unwrap();
    let ours = "app_id=1&biz_content={\"a\":\"四川\"}&charset=GBK&sign_type=RSA2";
    let refused = format!("{{\"sub_msg\":\"网关生成的验签字符串为：{}\"}}", "app_id=2&amp;sign_type=RSA2");
    let known = known();
    let config = config();
    let mut numbers = Numbers(7);
    for _ in 0..40 {
        let body = mutate(&form, &mut numbers);
        let said = explain::notification(&body, &mutate(b"https://x?s=1", &mut numbers), &known);
        assert_eq!(
            said.holds,
            config.verify_notification(&body, None).is_ok(),
            "{said}\n{}",
            body.escape_ascii()
        );

        let body = mutate(&answer, &mut numbers);
        for said in [
            explain::answer(&body, &known),
            explain::rest_answer(
                &HttpResponse::new(200, vec![("alipay-signature".into(), signature(&ALIPAYS, b"x"))], body),
                &known,
            ),
        ] {
            assert!(said.holds || !said.fix.is_empty(), "{said}");
        }

        let url = String::from_utf8_lossy(&mutate(link.as_bytes(), &mut numbers)).into_owned();
        let said = explain::link(&url, &UseModeLink::new(), &known);
        let verified = alipay_core::sign::h5::verify(&url, &UseModeLink::new(), &ALIPAYS.public_key());
        assert_eq!(said.holds, verified.is_ok(), "{said}\n{url}");
        let _ = explain::return_url(&url, &["a"], &known).to_json();

        let sent = SentRequest::new()
            .text(mutate(ours.as_bytes(), &mut numbers))
            .form(
                mutate(b"https://x?app_id=1&charset=GBK", &mut numbers),
                mutate(b"biz_content=%7B", &mut numbers),
            )
            .signature(String::from_utf8_lossy(&mutate(b"AAAA", &mut numbers)));
        let _ = explain::request(&sent, &mutate(refused.as_bytes(), &mut numbers), &known).to_string();
    }
}

#[test]
fn a_form_without_end_is_refused_and_not_searched() {
    let long = vec![b'a'; 2 << 20];
    assert!(!explain::notification(&long, &long, &known()).holds);
    let many = "a=1&".repeat(1000);
    assert!(!explain::notification(many.as_bytes(), b"", &known()).holds);
}

#[test]
fn the_largest_form_that_is_searched_ends_the_search() {
    let spaces = "x ".repeat(240);
    let mut pairs: Vec<_> = (0..60).map(|at| format!("p{at:02}={}", spaces.replace(' ', "%20"))).collect();
    pairs.push(format!("sign={}", alipay_core::sign::percent_encode(signature(&ALIPAYS, b"x").as_bytes())));
    let explanation = explain::notification(pairs.join("&").as_bytes(), b"", &known());
    assert_eq!(explanation.cause, Some(explain::Cause::TextChanged), "{explanation}");
    assert!(explanation.in_part.contains(&explain::Cause::PlusAsSpace), "{explanation}");
    assert!(explanation.checked.contains(&(explain::Cause::Charset, false)), "{explanation}");
}

#[test]
fn debug_of_what_goes_in_shows_no_text() {
    let sent =
        SentRequest::new().text("app_auth_token=secret").form("a=secret", "b=secret").signature("secret");
    assert!(!format!("{sent:?} {:?}", Known::new()).contains("secret"));
}
