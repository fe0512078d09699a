//! What is wrong with a request, said so that it can be mended.

use std::fmt;

/// One broken rule of one field.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Violation {
    /// Where: member names joined by dots, list items as `[n]`: `voucher_valid_period.end`.
    pub path: String,
    /// The rule: `must`, `one-of`, `len`, `min`, `max`, `scale`, `max-items`, `after`, `max-span-days`, ...
    pub rule: &'static str,
    /// What was expected.
    pub expected: String,
    /// What was seen: `absent`, or the value, shortened; `***` for sensitive fields.
    pub seen: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}, but it is {} ({})", self.path, self.expected, self.seen, self.rule)
    }
}

/// Every violation of a request, found before anything was sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Invalid {
    violations: Vec<Violation>,
}

impl Invalid {
    /// `Ok` where there is nothing to complain about.
    ///
    /// # Errors
    /// The violations.
    pub fn check(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() { Ok(()) } else { Err(Self { violations }) }
    }

    /// All of them, in wire order.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.violations.iter().enumerate() {
            if index > 0 {
                formatter.write_str("; ")?;
            }
            violation.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}
