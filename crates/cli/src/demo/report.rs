//! Telling the steps: aligned for people, one object a line for programs; and counting them.

use std::io;

use alipay_sandbox::Sandbox;
use serde_json::{Value, json};

use super::inbox::Inbox;
use super::stage::Stage;
use super::step::{Members, Told};
use crate::output::{ACCENT, BAD, DIM, GOOD, Output, STRONG, styled};

/// Columns that the title of a step takes.
const TITLE: usize = 46;
/// Columns before what was done.
const ACTION: usize = 4 + 2 + 6 + 2 + TITLE + 2;
/// Columns for names and values.
const ROW: usize = 96;
/// Characters of a single value.
const LONGEST: usize = 72;

/// How many steps there were.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Total {
    pub(super) steps: u32,
    pub(super) failed: u32,
    pub(super) requests: u32,
}

/// Tells and counts.
#[derive(Debug)]
pub(super) struct Report {
    output: Output,
    json: bool,
    total: Total,
}

impl Report {
    pub(super) fn new(output: Output, json: bool) -> Self {
        Self { output, json, total: Total::default() }
    }

    /// Where everything runs.
    pub(super) fn begin(&self, sandbox: &Sandbox, inbox: &Inbox) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let address = inbox.messages_url();
        let inbox = address.rsplit_once('/').map_or(address.as_str(), |(host, _)| host);
        self.output.out(&format!(
            "{}\n{}",
            styled(STRONG, "The life of two vouchers, from typed Rust, every message signed and verified"),
            styled(DIM, &format!("local gateway {}   notifications to {inbox}", sandbox.endpoint_url())),
        ))
    }

    /// A life begins.
    pub(super) fn heading(&self, product: &str, stage: &Stage, protocol: &str) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let title = format!("{product}, {} client", stage.caller.name());
        self.output.out(&format!("\n{}  {}", styled(STRONG, &title), styled(DIM, protocol)))
    }

    /// A step is over.
    pub(super) fn step(&mut self, told: &Told) -> io::Result<()> {
        self.total.steps += 1;
        self.total.requests = self.total.requests.saturating_add(told.requests);
        self.total.failed += u32::from(told.reason.is_some());
        let text = if self.json { for_programs(told) } else { for_people(self.total.steps, told) };
        self.output.out(&text)
    }

    /// Everything is over.
    pub(super) fn end(&self, inbox: &Inbox) -> io::Result<Total> {
        let Total { steps, failed, requests } = self.total;
        if self.json {
            // As steps: members in an order that reads well.
            self.output.out(&format!("{{\"ok\":{},\"steps\":{steps},\"failed\":{failed}}}", failed == 0))?;
            return Ok(self.total);
        }
        let (verified, refused) = inbox.counts();
        let held = styled(GOOD, &format!("{} steps held", steps.saturating_sub(failed)));
        let failed = match failed {
            0 => "0 failed".to_owned(),
            _ => styled(BAD, &format!("{failed} failed")),
        };
        let refused = match refused {
            0 => String::new(),
            _ => format!(", {}", styled(BAD, &format!("{refused} refused"))),
        };
        let counts = styled(DIM, &format!("{requests} requests, {verified} notifications verified"));
        self.output.out(&format!("\n{held}, {failed}   {counts}{refused}"))?;
        Ok(self.total)
    }
}

fn for_programs(told: &Told) -> String {
    let mut members = vec![
        ("step", json!(told.name).to_string()),
        ("client", json!(told.client).to_string()),
        ("ok", json!(told.reason.is_none()).to_string()),
        ("title", json!(told.title).to_string()),
        ("actions", json!(told.actions).to_string()),
        ("sent", object(&told.sent)),
        ("answered", object(&told.answered)),
    ];
    members.extend(told.reason.as_ref().map(|reason| ("reason", json!(reason).to_string())));
    let members: Vec<_> = members.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
    format!("{{{}}}", members.join(","))
}

/// A JSON object whose members stay in the order in which they are told.
fn object(members: &Members) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    format!("{{{}}}", members.join(","))
}

fn for_people(number: u32, told: &Told) -> String {
    let mark = if told.reason.is_none() { styled(GOOD, "ok    ") } else { styled(BAD, "failed") };
    let title = format!("{:TITLE$}", told.title);
    let action = styled(ACCENT, &told.actions.join(&format!("\n{:ACTION$}", "")));
    let mut lines = vec![format!("{number:4}  {mark}  {title}  {action}")];
    for (name, members) in [("sent", &told.sent), ("answered", &told.answered)] {
        for (row, text) in rows(members).iter().enumerate() {
            let name = if row == 0 { name } else { "" };
            lines.push(format!("              {}  {text}", styled(DIM, &format!("{name:8}"))));
        }
    }
    if let Some(reason) = &told.reason {
        lines.push(format!("              {}", styled(BAD, reason)));
    }
    lines.join("\n")
}

/// Names and values, as many in a row as fit.
fn rows(members: &Members) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    let mut used = 0;
    for (name, value) in members.iter() {
        let value = short(value);
        let width = name.len() + 1 + value.chars().count() + 3;
        let text = format!("{} {value}", styled(DIM, name));
        match rows.last_mut().filter(|_| used + width <= ROW) {
            Some(row) => {
                row.push_str("   ");
                row.push_str(&text);
                used += width;
            }
            None => {
                rows.push(text);
                used = width;
            }
        }
    }
    rows
}

/// A value without quotation marks, cut where it is long.
fn short(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned).replace('\n', " ");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
