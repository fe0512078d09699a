//! One field of an operation or a type, as the specification writes it.

/// A field.
#[derive(Debug, Default)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Type as written: `string`, `[Name]`, `json<Name>`, `enum:Name`, ...
    pub(crate) ty: String,
    /// Need as written: `must`, `one-of:group`, ...; empty for optional fields.
    pub(crate) need: String,
    pub(crate) only_when: Option<String>,
    /// `query` or `path`.
    pub(crate) place: Option<String>,
    pub(crate) len: Option<(u32, u32)>,
    pub(crate) min: Option<String>,
    pub(crate) max: Option<String>,
    pub(crate) scale: Option<u32>,
    pub(crate) max_items: Option<u32>,
    pub(crate) item_len: Option<(u32, u32)>,
    pub(crate) after: Option<String>,
    pub(crate) max_span_days: Option<(String, u32)>,
    pub(crate) max_days_ahead: Option<u32>,
    /// `pii` or `secret`.
    pub(crate) sensitive: Option<String>,
    /// What to use instead; empty where that is not said.
    pub(crate) deprecated: Option<String>,
    pub(crate) default: Option<String>,
    pub(crate) eg: Option<String>,
    pub(crate) doc: String,
}

/// What is inside the packing of a type.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Inner<'a> {
    /// A value of the enum of this name.
    Enum(&'a str),
    /// Text, a number, a time.
    Scalar,
    /// An object of the type of this name.
    Type(&'a str),
}

impl Field {
    pub(crate) fn is_secret(&self) -> bool {
        self.sensitive.as_deref() == Some("secret")
    }

    pub(crate) fn is_json(&self) -> bool {
        self.ty.starts_with("json<")
    }

    pub(crate) fn is_list(&self) -> bool {
        self.ty.contains('[')
    }

    /// What is left of the type without `json<>`, `csv<>` and `[]`.
    pub(crate) fn inner(&self) -> Inner<'_> {
        let bare = bare(&self.ty);
        match bare.strip_prefix("enum:") {
            Some(name) => Inner::Enum(name),
            None if bare.starts_with(|first: char| first.is_ascii_uppercase()) => Inner::Type(bare),
            None => Inner::Scalar,
        }
    }
}

fn bare(ty: &str) -> &str {
    let inside = |open: &str, close: &str| ty.strip_prefix(open)?.strip_suffix(close);
    match inside("json<", ">").or_else(|| inside("csv<", ">")).or_else(|| inside("[", "]")) {
        Some(inner) => bare(inner),
        None => ty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_is_taken_off() {
        let inner = |ty: &str| format!("{:?}", Field { ty: ty.into(), ..Field::default() }.inner());
        assert_eq!(inner("json<[VoucherRule]>"), r#"Type("VoucherRule")"#);
        assert_eq!(inner("csv<enum:Kind>"), r#"Enum("Kind")"#);
        assert_eq!(inner("json<[string]>"), "Scalar");
    }
}
