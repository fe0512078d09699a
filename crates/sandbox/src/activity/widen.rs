//! Changing a configuration in the only direction that is allowed: ranges grow, ends come later.

use alipay_core::DateTime;
use serde_json::Value;

use crate::fields::text;

/// Puts `new` into `old`. `Err` names the member that would become narrower.
pub(super) fn widen(old: &mut Value, new: &Value, path: &str) -> Result<(), String> {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in new {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match old.get_mut(name) {
                    Some(member) => widen(member, value, &path)?,
                    None => {
                        old.insert(name.clone(), unpacked(value));
                    }
                }
            }
            Ok(())
        }
        (old @ Value::Array(_), new) => {
            let new = unpacked(new);
            let grown = new
                .as_array()
                .filter(|items| old.as_array().into_iter().flatten().all(|item| items.contains(item)));
            if grown.is_none() {
                return Err(format!("{path}: 范围只能扩大"));
            }
            *old = new;
            Ok(())
        }
        (old, new) => {
            scalar(old, new, path)?;
            *old = new.clone();
            Ok(())
        }
    }
}

/// A list that travels as JSON text inside a string.
fn unpacked(value: &Value) -> Value {
    let list =
        value.as_str().filter(|text| text.starts_with('[')).and_then(|text| serde_json::from_str(text).ok());
    list.unwrap_or_else(|| value.clone())
}

fn scalar(old: &Value, new: &Value, path: &str) -> Result<(), String> {
    let name = path.rsplit('.').next().unwrap_or_default();
    let time = |value: &Value| text(value).and_then(|text| text.parse::<DateTime>().ok());
    if let (Some(old), Some(new)) = (time(old), time(new)) {
        return match name {
            _ if name.contains("end") && new < old => Err(format!("{path}: 只能延后, 现在是 {old}")),
            _ if (name.contains("begin") || name.contains("start")) && new > old => {
                Err(format!("{path}: 只能提前, 现在是 {old}"))
            }
            _ => Ok(()),
        };
    }
    let number = |value: &Value| text(value).and_then(|text| text.parse::<i64>().ok());
    match (number(old), number(new)) {
        (Some(old), Some(new)) if name == "quantity" && new != old => {
            Err(format!("{path}: 请通过追加预算接口修改, 现在是 {old}"))
        }
        (Some(old), Some(new)) if name.starts_with("valid_days") && new < old => {
            Err(format!("{path}: 只能增加, 现在是 {old}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::widen;

    #[test]
    fn ranges_grow_and_ends_come_later() {
        let mut old = json!({"ids": ["a"], "t": {"valid_end_time": "2026-01-01 00:00:00"}, "url": "x"});
        let new = json!({"ids": "[\"a\",\"b\"]", "t": {"valid_end_time": "2026-02-01 00:00:00"}, "url": "y", "n": 1});
        widen(&mut old, &new, "").unwrap();
        assert_eq!(
            old,
            json!({"ids": ["a", "b"], "t": {"valid_end_time": "2026-02-01 00:00:00"}, "url": "y", "n": 1})
        );
    }

    #[test]
    fn what_would_become_narrower_is_named() {
        let old = json!({"a": {"ids": ["a"], "valid_end_time": "2026-01-01 00:00:00"}, "quantity": 3, "valid_days_after_receive": 9});
        for (new, path) in [
            (json!({"a": {"ids": ["b"]}}), "a.ids"),
            (json!({"a": {"valid_end_time": "2025-01-01 00:00:00"}}), "a.valid_end_time"),
            (json!({"quantity": 4}), "quantity"),
            (json!({"valid_days_after_receive": 8}), "valid_days_after_receive"),
        ] {
            let error = widen(&mut old.clone(), &new, "").unwrap_err();
            assert!(error.starts_with(&format!("{path}:")), "{error}");
        }
    }
}
