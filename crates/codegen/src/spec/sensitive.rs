//! `sensitive.toml`: wire names whose values are never logged, wherever a field has them.

use std::collections::HashMap;

use super::keys::Keys;
use super::{Field, File, Sensitive};
use crate::finding::{Finding, Place, Report};
use crate::row::Row;
use crate::types::{Leaf, Scalar, Type};

/// Names, and endings of names (`*_mobile`), of fields that need `sensitive`.
#[derive(Clone, Debug, Default)]
pub struct SensitiveNames(HashMap<String, Sensitive>);

impl SensitiveNames {
    /// Reads the text of `sensitive.toml`, which is at `path`.
    ///
    /// ```
    /// let (names, findings) =
    ///     alipay_codegen::SensitiveNames::parse("spec/sensitive.toml", r#"pii = ["mobile", "*_mobile"]"#);
    /// assert!(findings.is_empty());
    /// assert_eq!(names.of("payer_mobile"), Some("pii"));
    /// assert_eq!(names.of("mobile_brand"), None);
    /// ```
    #[must_use]
    pub fn parse(path: &str, text: &str) -> (Self, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut report = Report::new(path, &mut findings);
        let row = Row::parse(text, &mut report);
        let mut keys = Keys::new(&row, Place::default(), &["secret", "pii"], &mut report);
        let mut names = HashMap::new();
        for kind in [Sensitive::Secret, Sensitive::Pii] {
            for (line, name) in keys.names(kind.as_str()) {
                if names.contains_key(&name) {
                    keys.report.add(
                        line,
                        Place::of(&name),
                        "this name stands here twice",
                        "delete one of the two",
                    );
                }
                names.insert(name, kind);
            }
        }
        (Self(names), findings)
    }

    /// What a field of this name is: `"secret"` or `"pii"`.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&'static str> {
        let endings =
            name.match_indices('_').map(|(at, _)| format!("*{}", name.get(at..).unwrap_or_default()));
        let mut kinds = std::iter::once(name.to_owned()).chain(endings).filter_map(|name| self.0.get(&name));
        kinds.next().map(|kind| kind.as_str())
    }

    /// Reports the fields of a file that a log would show.
    pub(crate) fn check(&self, file: &File, findings: &mut Vec<Finding>) {
        let mut report = Report::new(&file.path, findings);
        let mut check = |fields: &[Field], place: Place<'_>| {
            for field in fields.iter().filter(|field| field.sensitive.is_none() && is_value(field)) {
                if let Some(kind) = self.of(&field.name) {
                    let fix = format!("add `sensitive = \"{kind}\"`");
                    report.add(
                        field.line,
                        place.member(&field.name),
                        "spec/sensitive.toml has this name",
                        fix,
                    );
                }
            }
        };
        for item in &file.operations {
            check(&item.request, Place::of(&item.method).part("request"));
            check(&item.response, Place::of(&item.method).part("response"));
        }
        file.notifications.iter().for_each(|item| check(&item.fields, Place::of(&item.name)));
        file.types.iter().for_each(|item| check(&item.fields, Place::of(&item.name)));
    }
}

/// What has parts hides the sensitive ones among them; a flag or a file tells nothing in a log.
fn is_value(field: &Field) -> bool {
    match field.ty.as_ref().map(Type::leaf) {
        Some(Leaf::Scalar(scalar)) => !matches!(scalar, Scalar::Boolean | Scalar::File),
        Some(Leaf::Enum(_) | Leaf::Type(_)) | None => false,
    }
}
