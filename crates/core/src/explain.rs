//! Why a signature does not hold.
//!
//! For people (and their scripts) in front of a refused request, an answer or a notification that does not verify.
//! Nothing here takes part in a decision: what the verifiers of this crate refuse stays refused.
//!
//! Two things make it sure of itself. An RSA signature opens under the public key of its maker, so key and algorithm are
//! known before the text is looked at. Then a short list of the things that happen to texts is undone, one by one and in
//! pairs, with some thousands of texts at the most; a suspect is named only when the signature holds without it, or when
//! it is the exact difference to the text that the gateway repeats in its refusal.
//!
//! An SM2 signature (feature `sm2`) does not open: its maker is known only with a text over which it holds. Where there
//! is none, the explanation says so ([`Cause::KeyOrText`]), and does not guess which of the two is wrong. It takes longer
//! to check, too: 64 texts are tried.
//!
//! ```
//! # #[cfg(feature = "aws-lc")] {
//! use alipay_core::explain::{self, Cause, Known};
//! use alipay_core::sign::{PrivateKey, SignType, encode_signature, percent_encode};
//!
//! let alipay = PrivateKey::generate(2048)?;
//! let signature = alipay.sign(SignType::Rsa2, b"memo=a+b&voucher_id=2017")?;
//! let sign = percent_encode(encode_signature(&signature).as_bytes());
//! let known = Known::new().alipay_key(alipay.public_key());
//!
//! // The sender forgot to write the plus as %2B.
//! let body = format!("voucher_id=2017&memo=a+b&sign={sign}");
//! let explanation = explain::notification(body.as_bytes(), b"", &known);
//! assert_eq!(explanation.cause, Some(Cause::PlusAsSpace));
//!
//! let body = format!("voucher_id=2017&memo=a%2Bb&sign={sign}");
//! assert!(explain::notification(body.as_bytes(), b"", &known).holds);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answers;
mod cause;
mod change;
mod difference;
mod explanation;
mod form;
mod json_text;
mod known;
mod link;
mod origin;
mod pairs;
mod request;
mod seal;
mod search;

use alipay_sign::h5::UseModeLink;
use alipay_sign::{Charset, query_of, query_of_bytes};

pub use self::cause::Cause;
pub use self::difference::Difference;
pub use self::explanation::{Evidence, Explanation};
pub use self::known::{Known, SentRequest};

use self::form::{Arrived, Rules};
use crate::http::HttpResponse;
use crate::notify::NotifyRule;

/// What the verifiers of forms repair by themselves.
const TOLERATED: &[&str] = &[seal::PLUS];

/// Why the gateway refused a request of ours with `isv.invalid-signature`.
///
/// `refusal` is the body of its answer, a page that shows it, or the bare message; it usually repeats the text that the
/// gateway built (protocol-v2 §2.5). Without it, our signature is compared with our own text alone.
#[must_use]
pub fn request(sent: &SentRequest, refusal: &[u8], known: &Known) -> Explanation {
    request::explain(sent, refusal, known)
}

/// Why a v2 answer does not verify. `body` is the body exactly as it came.
#[must_use]
pub fn answer(body: &[u8], known: &Known) -> Explanation {
    answers::gateway(body, known)
}

/// Why a v3 answer does not verify.
#[must_use]
pub fn rest_answer(response: &HttpResponse, known: &Known) -> Explanation {
    answers::rest(response, known)
}

/// Why a notification does not verify.
///
/// `body` is the body of the POST exactly as it came. `own_query` is the query of our `notify_url`, or that URL;
/// frameworks mix it into the parameters. Empty where there is none.
#[must_use]
pub fn notification(body: &[u8], own_query: &[u8], known: &Known) -> Explanation {
    let own = pairs::split(query_of_bytes(own_query)).unwrap_or_default();
    let arrived = Arrived {
        kind: "notification",
        form: body,
        own: own.into_iter().map(|pair| pair.name).collect(),
        rules: Rules::Notification { rule: known.rule, empties: known.empties },
        tolerated: TOLERATED,
    };
    form::explain(&arrived, known)
}

/// Why the link behind a voucher's button does not verify. `link` is the template's `useModeData`.
#[must_use]
pub fn link(url_or_query: &str, link: &UseModeLink, known: &Known) -> Explanation {
    link::explain(url_or_query, link, known)
}

/// Why the URL with which a browser came back does not verify.
///
/// `own` names the parameters that our `return_url` had of its own; they come back unsigned and are left out, as
/// [`Config::verify_return_url`](crate::Config::verify_return_url) does.
#[must_use]
pub fn return_url(url_or_query: &str, own: &[&str], known: &Known) -> Explanation {
    let query = query_of(url_or_query);
    let is_own = |piece: &&str| {
        let name = pairs::decode(piece.split('=').next().unwrap_or_default().as_bytes());
        own.iter().any(|own| own.as_bytes() == name)
    };
    let query = query.split('&').filter(|piece| !is_own(piece)).collect::<Vec<_>>().join("&");
    let arrived = Arrived {
        kind: "return URL",
        form: query.as_bytes(),
        own: Vec::new(),
        rules: Rules::Notification {
            rule: Some(known.rule.unwrap_or(NotifyRule::WithoutSignType)),
            empties: known.empties,
        },
        tolerated: TOLERATED,
    };
    form::explain(&arrived, known)
}

/// Bytes of the gateway as text, in the charset that reads them.
fn text_of(bytes: &[u8]) -> String {
    let text = [Charset::utf_8(), Charset::gbk()].iter().find_map(|charset| charset.decode(bytes).ok());
    text.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}
