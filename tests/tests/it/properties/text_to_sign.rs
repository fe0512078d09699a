//! The text to sign and its encodings against other implementations.

use alipay_api::sign::{Charset, canonical, parse_form, percent_encode};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use url::form_urlencoded;

use super::{any_character, for_all, text_in};

/// The rule as the document words it, by picking the smallest name again and again: no sort, no join.
fn reference(params: &[(String, String)]) -> String {
    let blank = |text: &str| text.chars().all(|c| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c));
    let mut left: Vec<&(String, String)> = params.iter().collect();
    let mut text = String::new();
    while !left.is_empty() {
        let smallest = (1..left.len()).fold(0, |best, at| if left[at].0 < left[best].0 { at } else { best });
        let (name, value) = left.remove(smallest);
        if name == "sign" || blank(name) || blank(value) {
            continue;
        }
        let separator = if text.is_empty() { "" } else { "&" };
        text += &format!("{separator}{name}={value}");
    }
    text
}

#[test]
fn the_text_to_sign_is_that_of_the_reference() {
    let name = prop_oneof!["[a-zA-Z0-9_.~-]{1,4}", Just("sign".to_owned()), "[ \t]{0,2}"];
    for charset in ["UTF-8", "GBK"] {
        let value = prop_oneof![4 => text_in(charset, 12), 1 => "[ \t\n\u{b}\u{1c}\u{1f}]{0,3}"];
        let params = btree_map(name.clone(), value, 0..12).prop_map(Vec::from_iter).prop_shuffle();
        let charset = Charset::parse(charset).unwrap();
        for_all(500, params, |params| {
            let expected = charset.encode(&reference(&params)).unwrap().into_owned();
            assert_eq!(canonical(&params, &charset).unwrap(), expected);
        });
    }
}

#[test]
fn what_is_percent_encoded_is_decoded_by_others() {
    for_all(1000, vec(any::<u8>(), 0..40), |bytes| {
        let encoded = percent_encode(&bytes);
        assert!(
            encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)),
            "{encoded}"
        );
        assert_eq!(percent_encoding::percent_decode_str(&encoded).collect::<Vec<u8>>(), bytes);
        assert_eq!(urlencoding_of(&bytes), encoded);
    });
}

/// RFC 3986, byte by byte.
fn urlencoding_of(bytes: &[u8]) -> String {
    let one = |byte: &u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(*byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    bytes.iter().map(one).collect()
}

#[test]
fn a_form_is_read_as_the_url_crate_writes_and_reads_it() {
    let text = || vec(any_character(), 0..10).prop_map(String::from_iter);
    for_all(1000, btree_map(text(), text(), 1..8), |pairs| {
        let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let ours: Vec<_> = pairs
            .iter()
            .map(|(name, value)| {
                format!("{}={}", percent_encode(name.as_bytes()), percent_encode(value.as_bytes()))
            })
            .collect();
        for form in [written, ours.join("&")] {
            let expected: Vec<(String, String)> =
                form_urlencoded::parse(form.as_bytes()).into_owned().collect();
            assert_eq!(expected, Vec::from_iter(pairs.clone()));
            let read = parse_form(form.as_bytes()).unwrap().into_iter();
            let read: Vec<_> =
                read.map(|(n, v)| (String::from_utf8(n).unwrap(), String::from_utf8(v).unwrap())).collect();
            assert_eq!(read, expected, "{form}");
        }
    });
}

#[test]
fn a_form_of_any_bytes_is_read_as_the_url_crate_reads_it() {
    for_all(2000, "[ab=&%+2fF0\u{e9}]{0,24}", |form| {
        let expected: Vec<(String, String)> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let Ok(read) = parse_form(form.as_bytes()) else { return };
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(read.iter().map(|(n, v)| (lossy(n), lossy(v))).collect::<Vec<_>>(), expected, "{form:?}");
    });
}

#[test]
fn a_charset_reads_what_it_wrote_and_writes_nothing_else() {
    for label in ["UTF-8", "GBK", "GB18030"] {
        let charset = Charset::parse(label).unwrap();
        for_all(1500, vec(any_character(), 0..20).prop_map(String::from_iter), |text| {
            match charset.encode(&text) {
                Ok(bytes) => assert_eq!(charset.decode(&bytes).unwrap(), text),
                Err(error) => {
                    assert_eq!(text.chars().nth(error.position() - 1), Some(error.character()));
                    assert!(!charset.is_utf_8());
                }
            }
        });
    }
}
