//! The fields of notifications to try a receiver with, made from the examples of the specification.

use alipay_api::DateTime;
use serde_json::{Map, Value};

use crate::catalog::{Catalog, Notice};
use crate::failure::Complaint;

/// Kinds that have no topic, as they are written on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Kind {
    /// A cash voucher was redeemed
    CashVoucher,
    /// A trade was paid
    Trade,
}

/// When, for whom, and under which number a notification is made.
#[derive(Debug)]
pub(super) struct Origin<'a> {
    pub(super) app_id: &'a str,
    pub(super) notify_id: &'a str,
    pub(super) now: DateTime,
    pub(super) now_millis: i64,
}

type Fields = Vec<(String, String)>;

/// What a paid trade brings; the rest of the specification is for refunds and special trades.
const TRADE: [&str; 12] = [
    "notify_type",
    "trade_no",
    "out_trade_no",
    "buyer_id",
    "seller_id",
    "trade_status",
    "total_amount",
    "receipt_amount",
    "buyer_pay_amount",
    "subject",
    "gmt_create",
    "gmt_payment",
];

/// A notification of a v2 product.
pub(super) fn of_kind(kind: Kind, origin: &Origin<'_>, catalog: &Catalog) -> Result<Fields, Complaint> {
    let (name, wanted, notify_type): (_, Option<&[&str]>, _) = match kind {
        // The document names no type for it; this is the local gateway's.
        Kind::CashVoucher => ("CashVoucherRedeemed", None, Some("cash_voucher_redeemed")),
        Kind::Trade => ("TradeNotify", Some(&TRADE), None),
    };
    let notice = catalog.notices().find(|notice| notice.name == name).ok_or_else(|| {
        Complaint::new("--kind", format!("{name} is not in the catalog"), "give --fields FILE")
    })?;
    let mut fields = pairs(&[
        ("notify_id", origin.notify_id),
        ("notify_time", &origin.now.to_string()),
        ("app_id", origin.app_id),
        ("version", "1.0"),
    ]);
    fields.extend(notify_type.map(|notify_type| ("notify_type".to_owned(), notify_type.to_owned())));
    let examples = examples(notice);
    fields.extend(examples.filter(|(name, _)| wanted.is_none_or(|wanted| wanted.contains(&name.as_str()))));
    Ok(fields)
}

/// A message of a v3 product. The last word of the topic is enough.
pub(super) fn of_topic(topic: &str, origin: &Origin<'_>, catalog: &Catalog) -> Result<Fields, Complaint> {
    let topics = || catalog.notices().filter_map(|notice| Some((notice, notice.topic.as_deref()?)));
    let found = topics().find(|(_, known)| *known == topic || known.rsplit('.').next() == Some(topic));
    let (notice, topic) = found.ok_or_else(|| {
        let known: Vec<_> = topics().map(|(_, known)| known).collect();
        Complaint::new(
            "--topic",
            format!("{topic:?} is not known"),
            format!("write one of {}", known.join(", ")),
        )
    })?;
    let mut content: Map<String, Value> = examples(notice)
        // A user is named in one way or the other.
        .filter(|(name, _)| name != "open_id")
        .map(|(name, value)| (name, Value::from(value)))
        .collect();
    content.insert("event_time".to_owned(), Value::from(origin.now_millis.to_string()));
    Ok(pairs(&[
        ("notify_id", origin.notify_id),
        ("utc_timestamp", &origin.now_millis.to_string()),
        ("msg_method", topic),
        ("app_id", origin.app_id),
        ("version", "1.1"),
        ("biz_content", &Value::Object(content).to_string()),
    ]))
}

fn examples(notice: &Notice) -> impl Iterator<Item = (String, String)> {
    notice.fields.iter().filter_map(|field| Some((field.name.clone(), field.eg.clone()?)))
}

fn pairs(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
