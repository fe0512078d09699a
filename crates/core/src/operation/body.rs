//! Whether a v3 request has a body when nothing is in it. JSON cannot tell a body without members from none, so the
//! request is asked for the members that it declares.

use crate::meta::{Meta, Operation};
use crate::model::{Members, Text, Wire};

/// An operation that declares no member for the body sends none, not even `{}` (protocol-v3 §1.4); and an upload without
/// other fields has no part for them (protocol-v3 §2.4).
pub(super) fn is_declared<T: Operation>(meta: &Meta, request: &T, elsewhere: [&[&str]; 2]) -> bool {
    let mut declared = Declared { elsewhere, in_body: false };
    request.put(&mut declared);
    declared.in_body && meta.files.is_empty()
}

/// Looks for a member that travels neither in the query nor in the path. A model hands over all, absent ones too.
struct Declared<'a> {
    elsewhere: [&'a [&'a str]; 2],
    in_body: bool,
}

impl Declared<'_> {
    fn note(&mut self, name: &str) -> &mut Self {
        self.in_body |= !self.elsewhere.iter().any(|names| names.contains(&name));
        self
    }
}

impl Members for Declared<'_> {
    fn put<T: Wire>(&mut self, name: &'static str, _value: &Option<T>) -> &mut Self {
        self.note(name)
    }

    fn put_json<T: Wire>(&mut self, name: &'static str, _value: &Option<T>) -> &mut Self {
        self.note(name)
    }

    fn put_csv<T: Text + Wire>(&mut self, name: &'static str, _value: &Option<Vec<T>>) -> &mut Self {
        self.note(name)
    }
}
