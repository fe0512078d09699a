//! Links behind a voucher's button.

use alipay_core::explain::{Cause, link as explain};
use alipay_core::sign::h5::{Candidate, Strategy, UseModeLink, sign};
use alipay_core::sign::{Empties, SignType};

use super::{ALIPAYS, FOREIGN, OURS, check, known};

const VALUES: [(&str, &str); 3] =
    [("voucherId", "2017061600073002"), ("userId", "2088302001456115"), ("tag", "a+b")];

fn link(config: &UseModeLink) -> String {
    sign("https://m.example.com/use?from=1", &VALUES, config, &*ALIPAYS).unwrap()
}

#[test]
fn a_correct_link_is_said_to_be_correct() {
    let explanation = explain(&link(&UseModeLink::new()), &UseModeLink::new(), &known());
    assert!(explanation.holds && explanation.verdict.contains("sorted, values decoded"), "{explanation}");
}

#[test]
fn keys_algorithms_and_sign_keys_are_told_apart() {
    let (config, url) = (UseModeLink::new(), link(&UseModeLink::new()));
    let foreign = alipay_core::explain::Known::new().alipay_key(FOREIGN.public_key());
    check(&explain(&url, &config, &foreign), Cause::AnotherKey, None, None, "environment");
    let swapped = alipay_core::explain::Known::new().alipay_key(OURS.public_key()).app_key(OURS.public_key());
    check(&explain(&url, &config, &swapped), Cause::AppKeyForAlipayKey, None, None, "Alipay public key");
    let rsa = UseModeLink::new().with_sign_type(Some(SignType::Rsa));
    check(&explain(&url, &rsa, &known()), Cause::SignType, None, None, "RSA2");
    check(
        &explain(&url, &UseModeLink::new().with_sign_type(None), &known()),
        Cause::SignType,
        None,
        None,
        "signType",
    );

    let fewer = UseModeLink::new().with_sign_keys(["voucherId", "userId"]).unwrap();
    let explanation = explain(&url, &fewer, &known());
    check(&explanation, Cause::MissingParameter, Some("userId"), Some(("userId", "tag=")), "signKeys");
    let explanation = explain(&link(&fewer), &config, &known());
    check(&explanation, Cause::AddedParameter, Some("tag"), Some(("tag=", "userId")), "signKeys");
}

#[test]
fn what_became_of_a_link_is_named() {
    let (config, url) = (UseModeLink::new(), link(&UseModeLink::new()));
    let plus = url.replace("a%2Bb", "a%20b");
    check(&explain(&plus, &config, &known()), Cause::PlusAsSpace, Some("tag"), Some((" b", "+b")), "%2B");
    let html = url.replace('&', "&amp;");
    check(&explain(&html, &config, &known()), Cause::HtmlEscaped, Some("tag"), None, "HTML");
    let changed = url.replace("6115", "6116");
    check(&explain(&changed, &config, &known()), Cause::TextChanged, None, None, "exactly as they came");
    let lost = url.replace("&tag=a%2Bb", "");
    let explanation = explain(&lost, &config, &known());
    check(&explanation, Cause::TextChanged, None, None, "exactly as they came");
    assert!(explanation.to_string().contains("sign keys that are absent  tag"), "{explanation}");
    let unsigned = url.split("&sign=").next().unwrap();
    check(&explain(unsigned, &config, &known()), Cause::SignatureMissing, None, None, "not to be believed");
}

#[test]
fn a_reading_that_is_pinned_wrongly_is_named() {
    let wrong = Candidate::new(Candidate::ALL[2].order, Candidate::ALL[4].values, Empties::Drop);
    let pinned = UseModeLink::new().with_strategy(Strategy::Pinned(wrong));
    let explanation = explain(&link(&UseModeLink::new()), &pinned, &known());
    check(
        &explanation,
        Cause::NotDecoded,
        None,
        None,
        "pin the reading that holds: pairs sorted, values decoded",
    );
    assert!(explanation.checked.contains(&(Cause::KeyOrder, true)), "{explanation}");
}
