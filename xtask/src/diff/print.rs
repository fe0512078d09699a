//! Changes as text, as Markdown and as JSON.

use std::fmt::Write;

use serde_json::{Value, json as value};

use super::change::{Change, Kind};
use crate::document::{Finding, Protocol};
use crate::error::count;

/// A heading, and which changes stand below it.
type Section = (&'static str, fn(&Change) -> bool);

const SECTIONS: [Section; 4] = [
    ("Breaking", |change| change.breaking),
    ("New operations", |change| change.kind == Kind::OperationAdded),
    ("Deprecated", |change| matches!(change.kind, Kind::FieldDeprecated | Kind::OperationDeprecated)),
    ("Other changes", |change| {
        let elsewhere = [Kind::FieldDeprecated, Kind::OperationAdded, Kind::OperationDeprecated];
        !change.breaking && !elsewhere.contains(&change.kind)
    }),
];

pub(super) fn text(changes: &[Change], left_out: &[Finding]) -> String {
    let mut out = String::new();
    each_section(changes, |protocol, title, members| {
        let _ = writeln!(out, "{protocol}, {}:", title.to_lowercase());
        for change in members {
            let _ = writeln!(out, "  {}", line(change, ""));
        }
    });
    for finding in left_out {
        let _ = writeln!(out, "not compared: {finding}");
    }
    out + &summary(changes)
}

pub(super) fn markdown(changes: &[Change], left_out: &[Finding]) -> String {
    let mut out = String::new();
    let mut last = None;
    each_section(changes, |protocol, title, members| {
        if last != Some(protocol) {
            let _ = writeln!(out, "## {protocol}\n");
            last = Some(protocol);
        }
        let _ = writeln!(out, "### {title}\n");
        for change in members {
            let _ = writeln!(out, "- {}", line(change, "`"));
        }
        out.push('\n');
    });
    if !left_out.is_empty() {
        out.push_str("## Not compared\n\n");
        for Finding { file, place, what, .. } in left_out {
            let _ = writeln!(out, "- {file}, `{place}`: {what}");
        }
        out.push('\n');
    }
    out + &summary(changes)
}

pub(super) fn json(changes: &[Change], left_out: &[Finding]) -> String {
    let change = |change: &Change| {
        let mut entry = value!({
            "breaking": change.breaking,
            "change": change.kind.id(),
            "protocol": change.protocol.to_string(),
        });
        let subject = change.of.id();
        let member = match change.kind {
            Kind::CodeAdded | Kind::CodeRemoved => "code",
            Kind::ValueAdded | Kind::ValueRemoved if change.side.is_none() => "value",
            _ => "field",
        };
        let side = change.side.map(|side| side.words().to_owned());
        let parts = [
            (subject, Some(&change.subject)),
            (member, change.member.as_ref()),
            ("in", side.as_ref()),
            ("old", change.old.as_ref()),
            ("new", change.new.as_ref()),
        ];
        if let Value::Object(entry) = &mut entry {
            let there = parts.into_iter().filter_map(|(key, part)| Some((key, part?)));
            entry.extend(there.map(|(key, part)| (key.to_owned(), Value::from(part.as_str()))));
        }
        entry
    };
    let finding = |Finding { file, place, what, fix }: &Finding| value!({ "file": file, "place": place, "what": what, "fix": fix });
    let all = value!({
        "breaking": breaking(changes),
        "changes": changes.iter().map(change).collect::<Vec<_>>(),
        "not_compared": left_out.iter().map(finding).collect::<Vec<_>>(),
    });
    format!("{all:#}")
}

fn each_section<'a>(changes: &'a [Change], mut print: impl FnMut(Protocol, &str, &[&'a Change])) {
    for protocol in [Protocol::V2, Protocol::V3] {
        for (title, belongs) in SECTIONS {
            let members: Vec<_> =
                changes.iter().filter(|change| change.protocol == protocol && belongs(change)).collect();
            if !members.is_empty() {
                print(protocol, title, &members);
            }
        }
    }
}

/// `alipay.trade.pay: request field amount: another type (was int, is string)`
fn line(change: &Change, quote: &str) -> String {
    let Change { subject, side, member, kind, old, new, .. } = change;
    let quoted = |text: &str| format!("{quote}{text}{quote}");
    let mut line = format!("{}: ", quoted(subject));
    if let Some(member) = member {
        let what = match (side, kind) {
            (Some(side), _) => format!("{} field", side.words()),
            (None, Kind::ValueAdded | Kind::ValueRemoved) => "value".to_owned(),
            (None, _) => "error code".to_owned(),
        };
        let _ = write!(line, "{what} {} ", quoted(member));
        if side.is_some() && matches!(kind, Kind::ValueAdded | Kind::ValueRemoved) {
            line.push_str("value ");
        }
    }
    line.push_str(kind.words());
    let _ = match (old, new) {
        (Some(old), Some(new)) => write!(line, " (was {}, is {})", quoted(old), quoted(new)),
        (Some(one), None) | (None, Some(one)) => write!(line, " ({})", quoted(one)),
        (None, None) => Ok(()),
    };
    line
}

fn breaking(changes: &[Change]) -> usize {
    changes.iter().filter(|change| change.breaking).count()
}

fn summary(changes: &[Change]) -> String {
    let breaking = breaking(changes);
    format!("{}, {} of them breaking", count(changes.len(), "change"), breaking)
}
