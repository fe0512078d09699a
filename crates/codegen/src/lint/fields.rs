//! Rules between the fields of one object, and between a field's constraints and its type.

use std::collections::HashMap;

use super::scalar::{misfit, number};
use crate::finding::{Place, Report};
use crate::ir::{Ir, Leaf};
use crate::nearest::suggest;
use crate::spec::{Condition, Field, Need};
use crate::types::{self, Scalar};

/// Checks the rows of one object.
pub(super) fn check(fields: &[Field], place: Place<'_>, report: &mut Report<'_>) {
    let by_name: HashMap<&str, &Field> = fields.iter().map(|field| (field.name.as_str(), field)).collect();
    for field in fields {
        let place = place.member(&field.name);
        check_references(field, &by_name, place, report);
        check_constraints(field, place, report);
    }
    check_groups(fields, place, report);
}

/// Files belong to the fields of requests alone, and so does `in`.
pub(super) fn check_received(fields: &[Field], place: Place<'_>, report: &mut Report<'_>) {
    check_nowhere(fields, place, report);
    for field in fields.iter().filter(|field| field.ty.as_ref().is_some_and(types::Type::is_file)) {
        let what = "a file stands outside a request";
        report.add(field.line, place.member(&field.name), what, "use `string`, or move it to the request");
    }
}

/// `in` says where in a v3 request a field travels.
pub(super) fn check_nowhere(fields: &[Field], place: Place<'_>, report: &mut Report<'_>) {
    for field in fields.iter().filter(|field| field.location.is_some()) {
        let what = "`in` stands outside a request";
        report.add(field.line, place.member(&field.name), what, "remove `in`");
    }
}

/// Values that conditions name have to be values of the other field.
pub(super) fn check_conditions(
    ir: &Ir<'_>,
    field: &crate::ir::Field<'_>,
    siblings: &[crate::ir::Field<'_>],
    place: Place<'_>,
    report: &mut Report<'_>,
) {
    for Condition { field: name, value } in conditions(field.spec) {
        let other = siblings.iter().find(|sibling| sibling.spec.name == *name);
        let (Some(other), Some(value)) = (other, value) else { continue };
        let fix = match other.leaf {
            Leaf::Enum(index) => {
                let values = || {
                    ir.enums
                        .get(index)
                        .into_iter()
                        .flat_map(|item| &item.spec.values)
                        .map(|listed| &*listed.value)
                };
                match values().any(|listed| listed == value) {
                    true => continue,
                    false => suggest(value, values(), "use a value that the enum lists"),
                }
            }
            Leaf::Scalar(scalar) => match misfit(scalar, value) {
                Some(like) => format!("write {like}"),
                None => continue,
            },
            Leaf::Type(_) => "use the condition without a value".to_owned(),
        };
        report.add(field.spec.line, place, format!("`{name}` never has the value `{value}`"), fix);
    }
}

fn conditions(field: &Field) -> impl Iterator<Item = &Condition> {
    let need = match &field.need {
        Need::When(condition) => Some(condition),
        _ => None,
    };
    need.into_iter().chain(&field.only_when)
}

fn check_references(
    field: &Field,
    by_name: &HashMap<&str, &Field>,
    place: Place<'_>,
    report: &mut Report<'_>,
) {
    let times = field.after.iter().map(|name| ("after", name));
    let times = times.chain(field.max_span_days.iter().map(|(name, _)| ("max-span-days", name)));
    for (key, name) in times {
        if by_name.get(name.as_str()).is_some_and(|other| !is_time(other)) {
            let fix = "name a field of the type datetime or date";
            report.add(field.line, place, format!("`{key}` names `{name}`, which is no time"), fix);
        }
    }
    let named = field.after.iter().map(|name| ("after", name));
    let named = named.chain(field.max_span_days.iter().map(|(name, _)| ("max-span-days", name)));
    let named = named.chain(field.only_when.iter().map(|condition| ("only-when", &condition.field)));
    let need = match &field.need {
        Need::When(condition) => Some(("need", &condition.field)),
        _ => None,
    };
    for (key, name) in named.chain(need) {
        if *name == field.name {
            report.add(field.line, place, format!("`{key}` names the field itself"), "name another field");
        } else if !by_name.contains_key(name.as_str()) {
            let fix = suggest(name, by_name.keys().copied(), "name a field of the same object");
            report.add(field.line, place, format!("`{key}` names the unknown field `{name}`"), fix);
        }
    }
}

fn check_groups(fields: &[Field], place: Place<'_>, report: &mut Report<'_>) {
    let mut groups: HashMap<&str, Vec<(&'static str, &Field)>> = HashMap::new();
    for field in fields {
        if let Some((kind, group)) = field.need.group() {
            groups.entry(group).or_default().push((kind, field));
        }
    }
    for (group, members) in groups {
        let Some((kind, first)) = members.first() else { continue };
        if members.len() == 1 {
            let what = format!("`{group}` is a group of this field alone");
            let fix =
                format!("add `need = \"{kind}:{group}\"` to the other fields, or write `must` or `opt`");
            report.add(first.line, place.member(&first.name), what, fix);
        }
        for (other, field) in members.iter().filter(|(other, _)| other != kind) {
            let what = format!("the group `{group}` is `{kind}` in line {} and `{other}` here", first.line);
            report.add(field.line, place.member(&field.name), what, "use one kind for the whole group");
        }
    }
}

/// Constraints that the type cannot have, and bounds that are none.
fn check_constraints(field: &Field, place: Place<'_>, report: &mut Report<'_>) {
    let Some(ty) = &field.ty else { return };
    let scalar = match ty.leaf() {
        types::Leaf::Scalar(scalar) => Some(*scalar),
        types::Leaf::Enum(_) | types::Leaf::Type(_) => None,
    };
    let text = scalar == Some(Scalar::Text);
    let fraction = matches!(scalar, Some(Scalar::Decimal | Scalar::Money));
    let number = fraction || scalar == Some(Scalar::Integer);
    let packed = !matches!(ty, types::Type::Plain(_));
    for (key, there, allowed, on) in [
        ("len", field.len.is_some(), (text && !ty.is_list()) || packed, "text (`item-len` on lists)"),
        ("item-len", field.item_len.is_some(), text && ty.is_list(), "lists of text"),
        ("max-items", field.max_items.is_some(), ty.is_list(), "lists"),
        ("min", field.min.is_some(), number, "int, long, money and decimal"),
        ("max", field.max.is_some(), number, "int, long, money and decimal"),
        ("scale", field.scale.is_some(), fraction, "money and decimal"),
        ("after", field.after.is_some(), is_time(field), "datetime and date"),
        ("max-span-days", field.max_span_days.is_some(), is_time(field), "datetime and date"),
        ("max-days-ahead", field.max_days_ahead.is_some(), is_time(field), "datetime and date"),
    ] {
        if there && !allowed {
            let what = format!("`{key}` does not go with the type `{}`", field.type_text);
            report.add(field.line, place, what, format!("`{key}` is for {on}"));
        }
    }
    if number {
        check_bounds(field, scalar.unwrap_or(Scalar::Decimal), place, report);
    }
}

fn check_bounds(field: &Field, scalar: Scalar, place: Place<'_>, report: &mut Report<'_>) {
    for (key, bound) in [("min", &field.min), ("max", &field.max)] {
        if let Some(bound) = bound
            && let Some(like) = misfit(scalar, bound)
        {
            let what = format!("`{key}` is `{bound}`, which is no {}", field.type_text);
            report.add(field.line, place, what, format!("write {like}"));
        }
    }
    let bound = |text: &Option<String>| text.as_deref().and_then(number);
    if let (Some(min), Some(max)) = (bound(&field.min), bound(&field.max))
        && min.compare(max).is_gt()
    {
        report.add(field.line, place, "`min` is more than `max`", "swap them");
    }
}

fn is_time(field: &Field) -> bool {
    let leaf = field.ty.as_ref().filter(|ty| matches!(ty, types::Type::Plain(types::Inner::One(_))));
    matches!(leaf.map(types::Type::leaf), Some(types::Leaf::Scalar(Scalar::Date | Scalar::DateTime)))
}
