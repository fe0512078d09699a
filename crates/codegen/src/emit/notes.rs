//! What the rules of a field say, as a sentence or two of its documentation.

use super::docs::code;
use crate::ir::Field;
use crate::spec::{Condition, Deprecated, Need, Sensitive};
use crate::types::Type;

/// Everything that a reader should know beside the field's own text. `asked`: the field is sent, not only received.
pub(super) fn notes(field: &Field<'_>, siblings: &[Field<'_>], asked: bool) -> String {
    let spec = field.spec;
    let mut notes = Vec::new();
    if let Some(deprecated) = &spec.deprecated {
        notes.push(match deprecated {
            Deprecated::Yes => "Deprecated.".to_owned(),
            Deprecated::Instead(other) => {
                format!("Deprecated; instead: {}.", super::docs::prose(other).trim_end_matches('.'))
            }
        });
    }
    if asked {
        notes.extend(need(field, siblings));
        notes.extend(spec.only_when.as_ref().map(|condition| format!("Only {}.", because(condition))));
        limits(field, &mut notes);
        notes.extend(spec.default.as_ref().map(|value| format!("Assumed when absent: {}.", code(value))));
    }
    match field.ty {
        Type::Json(_) => notes.push("JSON text inside a string on the wire.".to_owned()),
        Type::Csv(_) => notes.push("Joined by commas on the wire.".to_owned()),
        Type::Plain(_) => {}
    }
    match spec.sensitive {
        Some(Sensitive::Pii) => notes.push("Personal data: hidden in `Debug`.".to_owned()),
        Some(Sensitive::Secret) => notes.push("Secret: hidden in `Debug`.".to_owned()),
        None => {}
    }
    notes.extend(spec.eg.as_ref().map(|eg| format!("Example: {}.", code(eg))));
    notes.join(" ")
}

fn need(field: &Field<'_>, siblings: &[Field<'_>]) -> Option<String> {
    let group = |sentence: &str| {
        let members = siblings.iter().filter(|sibling| sibling.spec.need.group() == field.spec.need.group());
        let names: Vec<_> = members.map(|member| code(&member.spec.name)).collect();
        Some(sentence.replace("{}", &names.join(", ")))
    };
    match &field.spec.need {
        Need::Must => Some("Needed.".to_owned()),
        Need::Optional => None,
        Need::OneOf(_) => group("At least one of {} is needed."),
        Need::JustOneOf(_) => group("Exactly one of {} is needed."),
        Need::AtMostOneOf(_) => group("At most one of {}."),
        Need::When(condition) => Some(format!("Needed {}.", because(condition))),
    }
}

fn because(condition: &Condition) -> String {
    let field = code(&condition.field);
    match &condition.value {
        Some(value) => format!("when {field} is {}", code(value)),
        None => format!("when {field} is there"),
    }
}

fn limits(field: &Field<'_>, notes: &mut Vec<String>) {
    let spec = field.spec;
    let characters = |(min, max): (u32, u32)| match (min, max) {
        (0, 1) => "at most 1 character".to_owned(),
        (0, max) => format!("at most {max} characters"),
        (1, 1) => "1 character".to_owned(),
        (min, max) if min == max => format!("{min} characters"),
        (min, max) => format!("{min} to {max} characters"),
    };
    let sentence = |text: String| {
        let mut letters = text.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).chain(['.']).collect::<String>()
    };
    notes.extend(spec.len.map(|len| sentence(characters(len))));
    notes.extend(match (&spec.min, &spec.max) {
        (Some(min), Some(max)) => Some(format!("From {min} to {max}.")),
        (Some(min), None) => Some(format!("At least {min}.")),
        (None, Some(max)) => Some(format!("At most {max}.")),
        (None, None) => None,
    });
    notes.extend(spec.scale.map(|scale| match scale {
        0 => "No fraction digits.".to_owned(),
        1 => "At most 1 fraction digit.".to_owned(),
        _ => format!("At most {scale} fraction digits."),
    }));
    notes.extend(match (spec.max_items, spec.item_len) {
        (Some(most), Some(len)) => Some(format!("At most {most} items of {}.", characters(len))),
        (Some(most), None) => Some(format!("At most {most} items.")),
        (None, Some(len)) => Some(format!("Items of {}.", characters(len))),
        (None, None) => None,
    });
    notes.extend(spec.after.as_ref().map(|other| format!("Later than {}.", code(other))));
    notes.extend(
        spec.max_span_days
            .as_ref()
            .map(|(other, days)| format!("At most {days} days after {}.", code(other))),
    );
    notes.extend(spec.max_days_ahead.map(|days| format!("At most {days} days from now.")));
}
