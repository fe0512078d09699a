//! The suspects: why a signature may not hold.

use std::fmt;

/// Why a signature does not hold; the likeliest first, where several hold at once.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Cause {
    /// What was given is no message of the kind that was asked about.
    Unreadable,
    /// There is no signature.
    SignatureMissing,
    /// A parameter stands there twice.
    RepeatedParameter,
    /// The application's own key is configured in the place of Alipay's.
    AppKeyForAlipayKey,
    /// The message is for, or of, another application.
    AnotherApp,
    /// It was signed with another key: another application, another environment, an old key.
    AnotherKey,
    /// RSA where RSA2 was agreed, or the reverse.
    SignType,
    /// The key has fewer bits than RSA2 asks for.
    ShortKey,
    /// The signature is no base64, cut short, or lost its plus signs.
    SignatureDamaged,
    /// The text was signed in one charset and checked in another.
    Charset,
    /// The charset is spelled differently in the URL and in the text.
    CharsetLabel,
    /// A `+` was read as a space, or written as one.
    PlusAsSpace,
    /// The text was percent-decoded once too often.
    DecodedTwice,
    /// The text was percent-decoded once too seldom.
    NotDecoded,
    /// Characters stand there as HTML entities.
    HtmlEscaped,
    /// `sign_type` was kept in the text, or dropped from it, against the rule.
    SignTypeParameter,
    /// Slashes are escaped (`\/`) on one side.
    EscapedSlashes,
    /// Empty values were kept on one side and dropped on the other.
    EmptyValues,
    /// A parameter that was signed is missing.
    MissingParameter,
    /// A parameter was added that is not signed.
    AddedParameter,
    /// White space at an end was added or taken away.
    TextTrimmed,
    /// JSON was read and written again in another form.
    JsonRewritten,
    /// The parameters are not in the order of their names.
    KeyOrder,
    /// The key is right; the text is another one, and none of the other suspects is it.
    TextChanged,
    /// Key or text is another one: an SM2 signature that holds nowhere does not tell which.
    KeyOrText,
}

impl Cause {
    /// All of them, the likeliest first.
    pub const ALL: &'static [Self] = &[
        Self::Unreadable,
        Self::SignatureMissing,
        Self::RepeatedParameter,
        Self::AppKeyForAlipayKey,
        Self::AnotherApp,
        Self::AnotherKey,
        Self::SignType,
        Self::ShortKey,
        Self::SignatureDamaged,
        Self::Charset,
        Self::CharsetLabel,
        Self::PlusAsSpace,
        Self::DecodedTwice,
        Self::NotDecoded,
        Self::HtmlEscaped,
        Self::SignTypeParameter,
        Self::EscapedSlashes,
        Self::EmptyValues,
        Self::MissingParameter,
        Self::AddedParameter,
        Self::TextTrimmed,
        Self::JsonRewritten,
        Self::KeyOrder,
        Self::TextChanged,
        Self::KeyOrText,
    ];

    /// The name for programs. It stays as it is.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::SignatureMissing => "signature-missing",
            Self::RepeatedParameter => "repeated-parameter",
            Self::AppKeyForAlipayKey => "app-key-for-alipay-key",
            Self::AnotherApp => "another-app",
            Self::AnotherKey => "another-key",
            Self::SignType => "sign-type",
            Self::ShortKey => "short-key",
            Self::SignatureDamaged => "signature-damaged",
            Self::Charset => "charset",
            Self::CharsetLabel => "charset-label",
            Self::PlusAsSpace => "plus-as-space",
            Self::DecodedTwice => "decoded-twice",
            Self::NotDecoded => "not-decoded",
            Self::HtmlEscaped => "html-escaped",
            Self::SignTypeParameter => "sign-type-parameter",
            Self::EscapedSlashes => "escaped-slashes",
            Self::EmptyValues => "empty-values",
            Self::MissingParameter => "missing-parameter",
            Self::AddedParameter => "added-parameter",
            Self::TextTrimmed => "text-trimmed",
            Self::JsonRewritten => "json-rewritten",
            Self::KeyOrder => "key-order",
            Self::TextChanged => "text-changed",
            Self::KeyOrText => "key-or-text",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}
