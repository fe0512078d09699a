//! Verifying what came as a form: a notification in a body, or a browser that came back with a query.

use alipay_sign::{
    Charset, Empties, FormPair, SignType, canonical_bytes, decode_signature, encode_signature,
    is_blank_bytes, parse_form, query_of,
};

use super::{Notification, NotifyError, NotifyOptions, NotifyRule};
use crate::config::Config;

impl Config {
    /// Verifies a notification. `body` is the raw body of the POST, exactly as it came: not the query of the URL, not
    /// what a framework made of it. `content_type` is the header of that name; it matters only where the message
    /// does not name its charset.
    ///
    /// An encrypted message is decrypted with the content key of the configuration.
    ///
    /// After that it is still for the caller to compare order number and amount with their own
    /// ([`Notification::check`]), to take it once ([`Config::take_notification`] does), and to reply
    /// [`NOTIFY_REPLY`](crate::NOTIFY_REPLY).
    ///
    /// # Errors
    /// Why it is not believed. Reply with anything but `success`.
    pub fn verify_notification(
        &self,
        body: &[u8],
        content_type: Option<&str>,
    ) -> Result<Notification, NotifyError> {
        self.verify_notification_with(body, content_type, &NotifyOptions::default())
    }

    /// As [`Config::verify_notification`], with options.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn verify_notification_with(
        &self,
        body: &[u8],
        content_type: Option<&str>,
        options: &NotifyOptions,
    ) -> Result<Notification, NotifyError> {
        self.verify_form(&parse_form(body).map_err(NotifyError::Form)?, content_type, options)
    }

    /// Verifies what a browser brings back to `return_url`: the URL, or its query. `own` names the parameters that
    /// `return_url` had of its own, each as often as it likes; they come back too, unsigned, and are left out.
    ///
    /// It tells where the buyer comes from, not that they paid: query the trade, or wait for the notification
    /// (protocol-v2 §7.5).
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn verify_return_url(&self, url: &str, own: &[&str]) -> Result<Notification, NotifyError> {
        let is_own = |piece: &&str| {
            let pair = parse_form(piece.as_bytes()).unwrap_or_default();
            pair.iter().any(|(name, _)| own.iter().any(|own| own.as_bytes() == name))
        };
        let signed: Vec<_> = query_of(url).split('&').filter(|piece| !is_own(piece)).collect();
        let pairs = parse_form(signed.join("&").as_bytes()).map_err(NotifyError::Form)?;
        self.verify_form(&pairs, None, &NotifyOptions::new().rule(NotifyRule::WithoutSignType))
    }

    fn verify_form(
        &self,
        pairs: &[FormPair],
        content_type: Option<&str>,
        options: &NotifyOptions,
    ) -> Result<Notification, NotifyError> {
        let find = |name: &str| {
            pairs.iter().find(|(known, _)| known == name.as_bytes()).map(|(_, value)| value.as_slice())
        };
        let ascii = |name: &str| {
            find(name).and_then(|value| std::str::from_utf8(value).ok()).filter(|text| !text.is_empty())
        };

        let agreed = self.sign_type();
        let is_message = find("msg_method").is_some();
        match ascii("sign_type") {
            None => {}
            Some(seen) if seen == agreed.as_str() => {}
            // Messages of the v3 products are RSA2 whatever v2 has agreed on.
            Some("RSA2") if is_message => {}
            Some(seen) => return Err(NotifyError::SignType { seen: shorten(seen), agreed }),
        }
        let sign_type = if is_message { SignType::Rsa2 } else { agreed };
        // Some servers in between decode twice, and a plus becomes a space.
        let signature = ascii("sign").ok_or(NotifyError::NotSigned)?.replace(' ', "+");
        let signature = decode_signature(&signature).map_err(|_| NotifyError::WrongSignature)?;
        // A certificate that is not known is not downloaded here: anybody can send a notification.
        let serial = ascii("alipay_cert_sn");
        let keys = self.settings().trust.keys_for(serial, self.now());
        if let Some(serial) = serial.filter(|_| keys.is_empty()) {
            return Err(NotifyError::UnknownCertificate { serial: shorten(serial) });
        }

        for candidate in Candidate::all(options, find("alipay_cert_sn").is_some()) {
            let covered: Vec<Pair<'_>> = pairs
                .iter()
                .map(|(name, value)| (&**name, &**value))
                .filter(|pair| candidate.covers(pair))
                .collect();
            // What is signed and what is believed are the same pairs.
            let text = canonical_bytes(&covered, Empties::Keep);
            if !keys.iter().any(|key| key.verify(sign_type, &text, &signature).is_ok()) {
                continue;
            }
            if !options.ambiguous_values
                && let Some((field, name)) = ambiguous(&covered)
            {
                return Err(NotifyError::Ambiguous { field, name });
            }
            let fields = decode_all(&covered, ascii("charset"), content_type);
            let notification =
                Notification { fields, rule: candidate.rule, signature: encode_signature(&signature) };
            return match notification.app_id().filter(|app_id| *app_id != self.app_id()) {
                Some(seen) if !options.any_app => {
                    Err(NotifyError::ForeignApp { seen: shorten(seen), ours: self.app_id().to_owned() })
                }
                // Each application has a content key of its own, and we have ours.
                Some(_) => Ok(notification),
                None => notification.decrypted(self.settings().content.as_ref(), content_type),
            };
        }
        Err(NotifyError::WrongSignature)
    }
}

/// A name and its value, of pairs that were taken apart before.
type Pair<'a> = (&'a [u8], &'a [u8]);

/// One reading of what the signature covers. There are few, and each needs a signature that holds (protocol-v2 §9.3).
#[derive(Clone, Copy)]
struct Candidate {
    rule: NotifyRule,
    empties: Empties,
    with_serial: bool,
}

impl Candidate {
    /// All readings, the likeliest first.
    fn all(options: &NotifyOptions, has_serial: bool) -> impl Iterator<Item = Self> {
        let pinned = options.rule;
        let rules = [NotifyRule::WithoutSignType, NotifyRule::WithSignType];
        let rules = rules.into_iter().filter(move |rule| pinned.is_none_or(|pinned| pinned == *rule));
        // Where a certificate is named, the name itself may be left out of what is signed.
        let serials = if has_serial { &[true, false][..] } else { &[true] };
        rules.flat_map(move |rule| {
            serials.iter().flat_map(move |with_serial| {
                [Empties::Drop, Empties::Keep].map(|empties| Self {
                    rule,
                    empties,
                    with_serial: *with_serial,
                })
            })
        })
    }

    fn covers(&self, (name, value): &Pair<'_>) -> bool {
        if self.empties == Empties::Drop && (is_blank_bytes(name) || is_blank_bytes(value)) {
            return false;
        }
        match *name {
            b"sign" => false,
            b"sign_type" => self.rule == NotifyRule::WithSignType,
            b"alipay_cert_sn" => self.with_serial,
            _ => true,
        }
    }
}

/// Parameters that decide about money, or about how those are read, whether or not the message has them.
const DECIDING: [&str; 13] = [
    "app_id",
    "biz_content",
    "encrypt_type",
    "flux_amount",
    "msg_method",
    "notify_id",
    "out_trade_no",
    "refund_fee",
    "seller_id",
    "total_amount",
    "trade_no",
    "trade_status",
    "voucher_id",
];

/// A value that holds `&name=` of another parameter. The signed text joins values without escaping them, so the same
/// signature then fits another division into parameters, in which that one has another value, is there though it was
/// not, or is gone though it was (protocol-v2 §9.3).
fn ambiguous(pairs: &[Pair<'_>]) -> Option<(String, String)> {
    let present = pairs.iter().map(|(name, _)| *name);
    let names = present.chain(DECIDING.iter().map(|name| name.as_bytes()));
    let markers: Vec<_> = names.map(|name| [b"&", name, b"="].concat()).collect();
    let holds = |value: &[u8], marker: &[u8]| value.windows(marker.len()).any(|window| window == marker);
    let text = |bytes: &[u8]| shorten(&String::from_utf8_lossy(bytes));
    pairs.iter().filter(|(_, value)| value.contains(&b'&')).find_map(|(field, value)| {
        let marker = markers.iter().find(|marker| holds(value, marker))?;
        Some((text(field), text(marker).trim_matches(['&', '=']).to_owned()))
    })
}

/// Text of all pairs in one charset: what the message names, else what the header names, else UTF-8 or GBK,
/// whichever reads everything.
fn decode_all(pairs: &[Pair<'_>], named: Option<&str>, content_type: Option<&str>) -> Vec<(String, String)> {
    let announced = content_type.and_then(crate::answer::announced_charset);
    let candidates = [
        named.and_then(|label| Charset::parse(label).ok()),
        announced,
        Some(Charset::utf_8()),
        Some(Charset::gbk()),
    ];
    let decoded = candidates.into_iter().flatten().find_map(|charset| {
        let text = |bytes: &[u8]| charset.decode(bytes).ok();
        pairs.iter().map(|(name, value)| Some((text(name)?, text(value)?))).collect::<Option<Vec<_>>>()
    });
    decoded.unwrap_or_else(|| {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        pairs.iter().map(|(name, value)| (lossy(name), lossy(value))).collect()
    })
}

pub(super) fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}
