//! One parameter whose value is another one for the gateway.

use serde_json::Value;

use super::super::cause::Cause;
use super::super::change::{CHANGES, replaced};
use super::super::difference::{find, name_of};
use super::super::explanation::Finding;
use super::super::pairs;

/// What became of a value.
pub(super) enum Compared {
    Differs(Finding),
    /// Only in how it is shown.
    QuotesOnly,
}

/// Compares what we signed with what the gateway built. They are not the same.
pub(super) fn compare(name: &[u8], ours: &[u8], theirs: &[u8]) -> Compared {
    let shown = name_of(name);
    let finding = |cause, what: &str, fix: &str| {
        Compared::Differs(Finding::new(cause, format!("{shown}: {what}"), fix))
    };
    match name {
        b"app_id" => {
            return finding(
                Cause::AnotherApp,
                "the gateway got another application than we signed for",
                "use app_id and key of one and the same application",
            );
        }
        b"sign_type" => {
            return finding(
                Cause::SignType,
                "we signed one algorithm and sent another",
                "sign and send the same sign_type",
            );
        }
        b"charset" if label(ours) == label(theirs) => {
            return finding(
                Cause::CharsetLabel,
                "it is spelled differently in our text and in the request",
                "spell the charset the same in the URL, in the body and in the text that is signed",
            );
        }
        b"charset" => {
            return finding(
                Cause::Charset,
                "the request names another charset than our text",
                "sign, send and label with one charset",
            );
        }
        _ => {}
    }
    if unquoted(ours) == unquoted(theirs) && !theirs.contains(&b'"') {
        return Compared::QuotesOnly;
    }
    let plus = |from: &[u8], to: &[u8]| replaced(from, b"+", b" ").as_deref() == Some(to);
    if plus(ours, theirs) {
        return finding(
            Cause::PlusAsSpace,
            "a `+` that we signed arrived as a space",
            "percent-encode it as %2B when it is sent",
        );
    }
    if plus(theirs, ours) {
        return finding(
            Cause::PlusAsSpace,
            "a space that we signed arrived as a `+`",
            "write a space as %20, and encode once",
        );
    }
    if pairs::decode(theirs) == ours {
        return finding(
            Cause::NotDecoded,
            "it arrived still percent-encoded: it was encoded twice",
            "percent-encode values once, when the request is written",
        );
    }
    if pairs::decode(ours) == theirs {
        return if alipay_sign::percent_encode(theirs).eq_ignore_ascii_case(&String::from_utf8_lossy(ours)) {
            finding(
                Cause::NotDecoded,
                "we signed it percent-encoded",
                "sign the plain value, and percent-encode it only when it is sent",
            )
        } else {
            finding(
                Cause::DecodedTwice,
                "it was decoded once more than we encoded it",
                "percent-encode the value when it is sent, also the % in it",
            )
        };
    }
    if let Some(change) = CHANGES.iter().find(|change| change.relates(ours, theirs)) {
        let (what, fix) = wording(change.cause);
        return finding(change.cause, what, fix);
    }
    if lost_characters(ours, theirs) {
        let (what, fix) = wording(Cause::Charset);
        return finding(Cause::Charset, what, fix);
    }
    let json = |text: &[u8]| {
        serde_json::from_slice::<Value>(text).ok().filter(|json| json.is_object() || json.is_array())
    };
    if json(ours).is_some_and(|ours| Some(ours) == json(theirs)) {
        let (what, fix) = wording(Cause::JsonRewritten);
        return finding(Cause::JsonRewritten, what, fix);
    }
    finding(
        Cause::TextChanged,
        "the gateway got another value than we signed",
        "find out what changed it between signing and sending",
    )
}

fn wording(cause: Cause) -> (&'static str, &'static str) {
    match cause {
        Cause::Charset => (
            "the gateway read our characters in another charset",
            "put charset into the query of the URL, and sign, encode and label with the same one",
        ),
        Cause::HtmlEscaped => (
            "characters were turned into HTML entities on one side",
            "sign and send the plain value; escape for HTML only inside a page's form",
        ),
        Cause::EscapedSlashes => (
            "slashes are escaped (\\/) on one side only",
            "make the JSON text once, sign that text and send that text",
        ),
        Cause::TextTrimmed => (
            "white space at an end was dropped or added",
            "sign the value exactly as it is sent; trim before signing or not at all",
        ),
        _ => (
            "its JSON was written twice, in two forms",
            "make the JSON text once, sign that text and send that text",
        ),
    }
}

/// A charset without its spelling.
fn label(text: &[u8]) -> Vec<u8> {
    text.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
}

fn unquoted(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| *byte != b'"').collect()
}

/// Whether the gateway could not read some characters, and the rest is the same.
fn lost_characters(ours: &[u8], theirs: &[u8]) -> bool {
    let lost = find(theirs, "\u{FFFD}".as_bytes()).is_some() || theirs.contains(&b'?') && !ours.is_ascii();
    // What is left of both when everything that a wrong charset touches is taken away.
    let skeleton = |text: &[u8]| {
        text.iter().copied().filter(|byte| byte.is_ascii() && *byte != b'?').collect::<Vec<_>>()
    };
    lost && skeleton(ours) == skeleton(theirs)
}
