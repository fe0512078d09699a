//! Links of the "use now" button: what is believed, by which reading, and what is refused.

use alipay_sign::h5::{self, Candidate, H5Error, H5Signature, PairOrder, Strategy, UseModeLink, ValueForm};
use alipay_sign::{
    Charset, Empties, FormError, PublicKey, SignType, canonical_bytes, encode_signature, percent_encode,
};
use serde_json::{Value, json};

use crate::data::{LINKS, can_sign, pairs, private, public, rows};

const VALUES: [(&str, &str); 3] =
    [("voucherId", "20240616000730020041006ZYE2V"), ("userId", "2088302001456115"), ("tag", "a b")];

fn config_of(row: &Value) -> UseModeLink {
    let sign_type = row["sign_type"].as_str().map(|name| name.parse().unwrap());
    let config = UseModeLink::new()
        .with_charset(row["charset"].as_str().unwrap().parse().unwrap())
        .with_sign_type(sign_type);
    match row["sign_keys"].as_str() {
        Some(keys) => config.with_sign_keys(keys.split(',')).unwrap(),
        None => config,
    }
}

fn key_of(row: &Value) -> PublicKey {
    public(row["key"].as_str().unwrap_or("alipay_rsa2"))
}

/// A link whose signature covers exactly `message`.
fn signed_over(query: &str, message: &[u8]) -> String {
    let signature = private("alipay_rsa2").sign(SignType::Rsa2, message).unwrap();
    format!("{query}&sign={}", percent_encode(encode_signature(&signature).as_bytes()))
}

fn verify(link: &str) -> Result<h5::H5Link, H5Error> {
    h5::verify(link, &UseModeLink::new(), &public("alipay_rsa2"))
}

#[test]
fn every_reading_on_the_list_holds_and_no_other() {
    let mut seen = 0;
    for row in rows(&LINKS) {
        for candidate in rows(&row["candidates"]) {
            let (form, url) =
                (candidate["form"].as_str().unwrap(), candidate["redirect_url"].as_str().unwrap());
            let result = h5::verify(url, &config_of(row), &key_of(row));
            if form == "D" {
                assert!(matches!(result, Err(H5Error::Verify { .. })), "values only: {}", row["id"]);
                continue;
            }
            let link = result.unwrap_or_else(|error| panic!("{} {form}: {error}", row["id"]));
            let H5Signature::Signed { candidate } = link.signature else { panic!("{}", row["id"]) };
            let expected = if form == "B" { PairOrder::SignKeys } else { PairOrder::Sorted };
            assert_eq!(
                (candidate.order, candidate.values),
                (expected, ValueForm::Decoded),
                "{} {form}",
                row["id"]
            );
            assert_eq!(link.voucher_id.as_deref(), Some(VALUES[0].1));
            assert_eq!(link.user_id.as_deref(), Some(VALUES[1].1));
            let tag = pairs(&row["params"]).into_iter().find(|(name, _)| *name == "tag").map(|(_, tag)| tag);
            let signed = row["sign_keys"].as_str().is_none_or(|keys| keys.contains("tag")) && form != "C";
            assert_eq!(link.tag.as_deref(), if signed { tag } else { None }, "{} {form}", row["id"]);
            seen += 1;
        }
    }
    assert_eq!(seen, 18);
}

#[test]
fn tampered_links_and_foreign_keys_are_refused() {
    let mut seen = 0;
    for row in rows(&LINKS) {
        for form in ["tampered_redirect_url", "wrong_key_redirect_url"] {
            if let Some(url) = row[form].as_str() {
                let error = h5::verify(url, &config_of(row), &key_of(row)).unwrap_err();
                assert!(matches!(error, H5Error::Verify { .. }), "{} {form}: {error}", row["id"]);
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 18);
}

#[test]
fn our_links_carry_the_signatures_of_openssl() {
    for row in rows(&LINKS) {
        let Some(name) = row["key"].as_str() else { continue };
        let (config, key) = (config_of(row), private(name));
        let sign_type = row["sign_type"].as_str().unwrap().parse().unwrap();
        if !can_sign(sign_type, key.bits()) {
            continue;
        }
        let link = h5::sign(row["url"].as_str().unwrap(), &pairs(&row["params"]), &config, &key).unwrap();
        let has_empty_value = pairs(&row["params"]).iter().any(|(_, value)| value.is_empty());
        let form = if has_empty_value { "C" } else { "A" };
        let expected = rows(&row["candidates"]).iter().find(|candidate| candidate["form"] == form).unwrap();
        let sign = percent_encode(expected["sign"].as_str().unwrap().as_bytes());
        assert!(link.ends_with(&format!("&sign={sign}")), "{} {link}", row["id"]);
        let read = h5::verify(&link, &config, &key.public_key()).unwrap();
        assert_eq!(read.signature, H5Signature::Signed { candidate: Candidate::DEFAULT });
    }
}

#[test]
fn an_unsigned_link_is_never_called_signed() {
    let row = rows(&LINKS).iter().find(|row| row["sign_type"].is_null()).unwrap();
    let url = row["redirect_url"].as_str().unwrap();
    let link = h5::verify(url, &config_of(row), &public("alipay_rsa2")).unwrap();
    assert_eq!(link.signature, H5Signature::Unsigned);
    assert!(!link.is_signed());
    assert_eq!(link.tag.as_deref(), Some("plain"));

    assert!(matches!(verify(url), Err(H5Error::MissingSignature)));
    assert!(matches!(verify(&format!("{url}&sign=")), Err(H5Error::MissingSignature)));
    let unsigned = UseModeLink::new().with_sign_type(None);
    let result = h5::verify(&format!("{url}&sign=AAAA"), &unsigned, &public("alipay_rsa2"));
    assert!(matches!(result, Err(H5Error::UnexpectedSignature)));
    let link = h5::sign("https://a.example/", &VALUES, &unsigned, &private("alipay_rsa2")).unwrap();
    assert!(!link.contains("sign="));
}

#[test]
fn each_reading_can_be_pinned() {
    for candidate in Candidate::ALL {
        let query = "voucherId=V%2d1&userId=U&tag=&x=1";
        let mut signed = vec![("voucherId", "V-1"), ("userId", "U"), ("tag", "")];
        if candidate.values == ValueForm::Raw {
            signed[0].1 = "V%2d1";
        }
        let message = if candidate.order == PairOrder::Sorted {
            canonical_bytes(&signed, candidate.empties)
        } else {
            let tag = if candidate.empties == Empties::Keep { "&tag=" } else { "" };
            format!("voucherId={}&userId=U{tag}", signed[0].1).into_bytes()
        };
        let link = signed_over(query, &message);
        let found = verify(&link).unwrap();
        assert_eq!(found.signature, H5Signature::Signed { candidate }, "{candidate}");
        assert_eq!(found.voucher_id.as_deref(), Some("V-1"));
        assert_eq!(found.tag.is_some(), candidate.empties == Empties::Keep, "{candidate}");
        assert_eq!(found.others, [("x".to_owned(), "1".to_owned())]);
        for pinned in Candidate::ALL {
            let config = UseModeLink::new().with_strategy(Strategy::Pinned(pinned));
            let holds = h5::verify(&link, &config, &public("alipay_rsa2")).is_ok();
            assert_eq!(holds, pinned == candidate, "signed {candidate}, pinned {pinned}");
        }
    }
}

#[test]
fn repeated_parameters_are_refused_where_they_matter() {
    let link = h5::sign("https://a.example/?p=1&p=2", &VALUES, &UseModeLink::new(), &private("alipay_rsa2"))
        .unwrap();
    assert_eq!(verify(&link).unwrap().others.len(), 2);
    for extra in ["&sign=x", "&userId=2", "&%75serId=2", "&tag="] {
        let error = verify(&format!("{link}{extra}")).unwrap_err();
        assert!(matches!(error, H5Error::Form(FormError::RepeatedName { .. })), "{extra}: {error}");
    }
    let again = h5::sign("https://a.example/?tag=1", &VALUES, &UseModeLink::new(), &private("alipay_rsa2"));
    assert!(matches!(again, Err(H5Error::Form(_))));
}

#[test]
fn one_signature_cannot_be_split_into_other_values() {
    let message = b"tag=a&userId=U&voucherId=V";
    assert!(verify(&signed_over("voucherId=V&userId=U&tag=a", message)).is_ok());
    for query in [
        "voucherId=V&tag=a%26userId%3DU",
        "userId=U%26voucherId%3DV&tag=a",
        "tag=a%26userId%3DU%26voucherId%3DV",
    ] {
        let error = verify(&signed_over(query, message)).unwrap_err();
        assert!(matches!(error, H5Error::AmbiguousValue { .. }), "{query}: {error}");
    }
    let values = [("voucherId", "V"), ("tag", "a&userId=U")];
    let made = h5::sign("https://a.example", &values, &UseModeLink::new(), &private("alipay_rsa2"));
    assert!(matches!(made, Err(H5Error::AmbiguousValue { .. })));
}

#[test]
fn a_signature_over_nothing_proves_nothing() {
    let link = signed_over("x=1", b"");
    let pinned = UseModeLink::new().with_strategy(Strategy::Pinned(Candidate::DEFAULT));
    assert!(matches!(h5::verify(&link, &pinned, &public("alipay_rsa2")), Err(H5Error::NothingSigned)));
    let made = h5::sign("https://a.example", &[("x", "1")], &UseModeLink::new(), &private("alipay_rsa2"));
    assert!(matches!(made, Err(H5Error::NothingSigned)));
}

#[test]
fn signatures_survive_what_browsers_and_frameworks_do_to_them() {
    let link =
        h5::sign("https://a.example/p", &VALUES, &UseModeLink::new(), &private("alipay_rsa2")).unwrap();
    let raw = link.replace("%2B", "+");
    let twice = link.replace("%2B", "%20");
    let url_safe = link.replace("%2B", "-").replace("%2F", "_").replace("%3D", "");
    let query = link.split_once('?').unwrap().1;
    assert!(link.contains("%2B") && link.contains("%2F"));
    for variation in [raw, twice, url_safe, query.to_owned(), format!("?{query}"), format!("{link}#section")]
    {
        assert!(verify(&variation).is_ok(), "{variation}");
    }
    assert!(matches!(verify(&format!("{query}*")), Err(H5Error::SignatureText)));
}

#[test]
fn links_are_joined_to_any_url() {
    for (url, start) in [
        ("https://a.example/use", "https://a.example/use?voucherId="),
        ("https://a.example/use?", "https://a.example/use?voucherId="),
        ("https://a.example/use?x=1", "https://a.example/use?x=1&voucherId="),
        ("https://a.example/use?x=1&", "https://a.example/use?x=1&voucherId="),
        ("https://a.example/a=b/use", "https://a.example/a=b/use?voucherId="),
    ] {
        let link =
            h5::sign(&format!("{url}#top"), &VALUES, &UseModeLink::new(), &private("alipay_rsa2")).unwrap();
        assert!(link.starts_with(start) && link.ends_with("#top"), "{link}");
        assert!(verify(&link).unwrap().is_signed());
    }
    assert!(matches!(verify("https://a.example/use"), Err(H5Error::MissingSignature)));
}

#[test]
fn sign_keys_are_checked_when_configured() {
    for keys in [
        &[][..],
        &["userId"],
        &["voucherId", "voucherId"],
        &["voucherId", "sign"],
        &["voucherId", ""],
        &["voucherId", "a&b"],
    ] {
        let error = UseModeLink::new().with_sign_keys(keys.iter().copied()).unwrap_err();
        assert!(error.to_string().starts_with("unusable signKeys"), "{error}");
    }
}

#[test]
fn parameters_outside_the_sign_keys_are_not_believed() {
    let config = UseModeLink::new().with_sign_keys(["voucherId", "shop"]).unwrap();
    let values = [("voucherId", "V"), ("shop", "12"), ("userId", "U"), ("tag", "T")];
    let link = h5::sign("https://a.example", &values, &config, &private("alipay_rsa2")).unwrap();
    let read = h5::verify(&link, &config, &public("alipay_rsa2")).unwrap();
    assert_eq!((read.voucher_id.as_deref(), read.user_id, read.tag), (Some("V"), None, None));
    assert_eq!(read.extra, [("shop".to_owned(), "12".to_owned())]);
    assert_eq!(read.others.len(), 2);
}

#[test]
fn the_charset_of_the_link_is_its_own() {
    let gbk = UseModeLink::new().with_charset(Charset::gbk());
    let values = [("voucherId", "V"), ("tag", "四川移动")];
    let link = h5::sign("https://a.example", &values, &gbk, &private("alipay_rsa2")).unwrap();
    assert!(link.contains("tag=%CB%C4%B4%A8%D2%C6%B6%AF"), "{link}");
    assert_eq!(h5::verify(&link, &gbk, &public("alipay_rsa2")).unwrap().tag.as_deref(), Some("四川移动"));
    assert!(matches!(verify(&link), Err(H5Error::Decode { name, .. }) if name == "tag"));
    let emoji =
        h5::sign("https://a.example", &[("voucherId", "V"), ("tag", "🎁")], &gbk, &private("alipay_rsa2"));
    assert!(matches!(emoji, Err(H5Error::Encode(_))));
}

#[test]
fn no_link_is_made_that_would_be_refused() {
    let values = [("voucherId", "V"), ("userId", "U")];
    let made =
        h5::sign("https://shop.example/use?tag=x", &values, &UseModeLink::new(), &private("alipay_rsa2"));
    assert!(matches!(made, Err(H5Error::Address)), "{made:?}");
}

#[test]
fn the_template_says_what_the_verifier_expects() {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let config = UseModeLink::new()
        .with_sign_keys(["voucherId", "shop"])
        .unwrap()
        .with_charset(Charset::gbk())
        .with_sign_type(Some(SignType::Rsa));
    let url = "https://m.example.com/use?from=1&next=/a?b#top";
    let tag = "四\"\\\n";
    assert_eq!(
        read(&config.extension_info(url, Some(tag)).unwrap()),
        json!({"useMode": "H5", "useModeData": {
            "url": url, "signKeys": "voucherId,shop", "charset": "GBK", "signType": "RSA", "tag": tag,
        }})
    );
    let plain = read(&UseModeLink::new().extension_info("http://a.cn", None).unwrap());
    assert_eq!(
        (&plain["useModeData"]["signType"], &plain["useModeData"]["tag"]),
        (&json!("RSA2"), &Value::Null)
    );
    let unsigned = UseModeLink::new().with_sign_type(None).extension_info("http://a.cn", None).unwrap();
    assert_eq!(read(&unsigned)["useModeData"].get("signType"), None);
}

#[test]
fn no_template_is_made_whose_links_would_be_refused() {
    let config = UseModeLink::new();
    for url in [
        "",
        "m.example.com/use",
        "/use",
        "ftp://a.cn",
        "https://",
        "https:///use",
        "https://:443/use",
        "https://a.cn/use\"",
        "https://a.cn/u se",
        "https://a.cn/use?tag=x",
        "https://a.cn/use?sign=x",
    ] {
        let made = config.extension_info(url, None);
        assert!(matches!(made, Err(H5Error::Address)), "{url}: {made:?}");
    }
    let made = config.extension_info("https://a.cn", Some("x&voucherId=1"));
    assert!(matches!(&made, Err(H5Error::AmbiguousValue { name }) if name == "tag"), "{made:?}");
    let made = config.with_charset(Charset::gbk()).extension_info("https://a.cn", Some("🎁"));
    assert!(matches!(made, Err(H5Error::Encode(_))), "{made:?}");
}
