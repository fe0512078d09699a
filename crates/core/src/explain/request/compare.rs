//! Two texts to sign, parameter by parameter.

use alipay_sign::{MAX_FORM_PAIRS, percent_encode};

use super::super::cause::Cause;
use super::super::change::{CHANGES, decoded_again, replaced, spaces_to_plus};
use super::super::difference::{find, is_rest, name_of};
use super::super::explanation::{Draft, Finding};
use super::super::pairs::decode;
use super::super::search::Reading;
use super::value;

/// A parameter in a text to sign.
type Parameter<'a> = (&'a [u8], &'a [u8]);

const TRIED: [Cause; 17] = [
    Cause::RepeatedParameter,
    Cause::AnotherApp,
    Cause::SignType,
    Cause::Charset,
    Cause::CharsetLabel,
    Cause::PlusAsSpace,
    Cause::DecodedTwice,
    Cause::NotDecoded,
    Cause::HtmlEscaped,
    Cause::SignTypeParameter,
    Cause::EscapedSlashes,
    Cause::EmptyValues,
    Cause::MissingParameter,
    Cause::AddedParameter,
    Cause::TextTrimmed,
    Cause::JsonRewritten,
    Cause::KeyOrder,
];

/// Says in which ways our text differs from that of the gateway.
pub(super) fn texts(draft: &mut Draft, ours: &[u8], theirs: &[u8]) {
    draft.tried(TRIED);
    if ours == theirs {
        return;
    }
    if is_rest(ours) || is_rest(theirs) {
        return lines(draft, ours, theirs);
    }
    let (ours, theirs) = together(ours, theirs);
    let has = |list: &[Parameter<'_>], name: &[u8]| list.iter().any(|(known, _)| *known == name);
    for (name, signed) in ours.iter().filter(|(name, _)| !has(&theirs, name)) {
        draft.find(only_ours(name, signed));
    }
    for (name, _) in theirs.iter().filter(|(name, _)| !has(&ours, name)) {
        draft.find(only_theirs(name));
    }
    for list in [&ours, &theirs] {
        let twice =
            list.iter().enumerate().find(|(at, (name, _))| has(list.get(at + 1..).unwrap_or_default(), name));
        if let Some((_, (name, _))) = twice {
            draft.find(Finding::new(
                Cause::RepeatedParameter,
                format!("{} stands there twice", name_of(name)),
                "send every parameter once, either in the URL or in the body",
            ));
        }
    }
    for (name, signed) in &ours {
        let built = theirs.iter().find(|(known, _)| known == name).map(|(_, built)| *built);
        match built.filter(|built| built != signed).map(|built| value::compare(name, signed, built)) {
            Some(value::Compared::Differs(finding)) => draft.find(finding),
            Some(value::Compared::QuotesOnly) => {
                draft.see(
                    name_of(name),
                    "differs in double quotes only, which a page leaves out when it shows the text",
                );
            }
            None => {}
        }
    }
    let names = |list: &[Parameter<'_>], other: &[Parameter<'_>]| -> Vec<Vec<u8>> {
        list.iter().filter(|(name, _)| has(other, name)).map(|(name, _)| name.to_vec()).collect()
    };
    if names(&ours, &theirs) != names(&theirs, &ours) && !draft.found(Cause::RepeatedParameter) {
        draft.find(Finding::new(
            Cause::KeyOrder,
            "our parameters are not in the order of the gateway",
            "sort the parameters by name, byte by byte (capitals first, a before a1), and not by the rendered pairs",
        ));
    }
}

/// Both texts as parameters. A name on one side alone may stand inside a value that the other side has encoded.
fn together<'a>(ours: &'a [u8], theirs: &'a [u8]) -> (Vec<Parameter<'a>>, Vec<Parameter<'a>>) {
    let inside = |text: &'a [u8], other: &'a [u8]| {
        let other = pairs(other);
        let alone = pairs(text).into_iter().map(|(name, _)| name);
        let alone = alone.filter(|name| !other.iter().any(|(known, _)| known == name));
        let decoded: Vec<_> = other.iter().map(|(_, value)| decode(value)).collect();
        let is_inside = |name: &&[u8]| {
            let piece = [b"&", *name, b"="].concat();
            decoded.iter().any(|value| find(value, &piece).is_some())
        };
        alone.filter(is_inside).collect::<Vec<_>>()
    };
    (pairs_but(ours, &inside(ours, theirs)), pairs_but(theirs, &inside(theirs, ours)))
}

fn only_ours(name: &[u8], signed: &[u8]) -> Finding {
    let shown = name_of(name);
    if signed.trim_ascii().is_empty() {
        let fix = "leave parameters with empty values out of the text and out of the request";
        return Finding::new(
            Cause::EmptyValues,
            format!("we signed the empty {shown}, which the gateway leaves out"),
            fix,
        );
    }
    match name {
        b"sign" => {
            Finding::new(Cause::AddedParameter, "we signed `sign` itself", "leave sign out of the text")
        }
        b"sign_type" => Finding::new(
            Cause::SignTypeParameter,
            "we signed sign_type, and the gateway did not get it",
            "send sign_type along with the other parameters, and sign it",
        ),
        _ => Finding::new(
            Cause::AddedParameter,
            format!("we signed {shown}, and the gateway did not get it"),
            format!("send {shown} exactly as it was signed, or do not sign it"),
        ),
    }
}

fn only_theirs(name: &[u8]) -> Finding {
    let shown = name_of(name);
    if name == b"sign_type" {
        let fix = "keep sign_type in the text of a request; only notifications are checked without it";
        return Finding::new(Cause::SignTypeParameter, "we left sign_type out of our text", fix);
    }
    Finding::new(
        Cause::MissingParameter,
        format!("the gateway got {shown}, which we did not sign"),
        format!(
            "sign {shown} too, or find out what added it after signing (framework, proxy, query of the gateway URL)"
        ),
    )
}

/// The texts of v3, which have lines in the place of parameters.
fn lines(draft: &mut Draft, ours: &[u8], theirs: &[u8]) {
    let split = |text: &[u8]| text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    if ours.trim_ascii_end() == theirs.trim_ascii_end() {
        return draft.find(Finding::new(
            Cause::TextTrimmed,
            "a line end at the end of the text is on one side only",
            "end every line of the text with a line feed, the last one too, also after an empty body",
        ));
    }
    if app_id(ours) != app_id(theirs) {
        draft.find(Finding::new(
            Cause::AnotherApp,
            "app_id is another one for the gateway",
            "use app_id and key of one application",
        ));
    }
    let (ours, theirs) = (split(ours), split(theirs));
    let token = "the header alipay-app-auth-token";
    match ours.len().cmp(&theirs.len()) {
        std::cmp::Ordering::Less => draft.find(only_theirs(token.as_bytes())),
        std::cmp::Ordering::Greater => draft.find(only_ours(token.as_bytes(), b"token")),
        std::cmp::Ordering::Equal => {}
    }
    let names = ["the authorization line", "the verb", "path and query", "the body", "the token"];
    for (name, (ours, theirs)) in
        names.iter().zip(ours.iter().zip(&theirs)).filter(|(_, (ours, theirs))| ours != theirs)
    {
        if let value::Compared::Differs(finding) = value::compare(name.as_bytes(), ours, theirs)
            && !draft.found(Cause::AnotherApp)
        {
            draft.find(finding);
        }
    }
}

/// A text to sign as parameters. A piece without a name belongs to the value before it.
pub(super) fn pairs(text: &[u8]) -> Vec<Parameter<'_>> {
    pairs_but(text, &[])
}

/// The same, with what begins with one of the names `inside` left in the value before it.
fn pairs_but<'a>(text: &'a [u8], inside: &[&[u8]]) -> Vec<Parameter<'a>> {
    let starts = (0..text.len()).filter(|at| {
        let fresh = *at == 0 || text.get(at - 1) == Some(&b'&');
        fresh && name_at(text.get(*at..).unwrap_or_default()).is_some_and(|name| !inside.contains(&name))
    });
    let starts: Vec<usize> = starts.take(MAX_FORM_PAIRS).collect();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([text.len()]);
    let pieces = starts.iter().zip(ends).filter_map(|(start, end)| text.get(*start..end));
    pieces.filter_map(|piece| Some((name_at(piece)?, piece.get(name_at(piece)?.len() + 1..)?))).collect()
}

fn name_at(text: &[u8]) -> Option<&[u8]> {
    let length =
        text.iter().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    (length > 0 && text.get(length) == Some(&b'=')).then(|| text.get(..length)).flatten()
}

/// The application that a text names, v2 or v3.
pub(super) fn app_id(text: &[u8]) -> Option<Vec<u8>> {
    if is_rest(text) {
        let rest = text.strip_prefix(b"app_id=")?;
        return rest.split(|byte| matches!(byte, b',' | b'\n')).next().map(<[u8]>::to_vec);
    }
    pairs(text).into_iter().find(|(name, _)| *name == b"app_id").map(|(_, value)| value.to_vec())
}

/// Texts that may have been signed in the place of the one that is shown.
pub(super) fn signed_instead(ours: &[u8]) -> Vec<Reading> {
    let reading =
        |text: Vec<u8>, finding: Finding| Reading { text, findings: vec![finding], rule: String::new() };
    let mut all: Vec<Reading> =
        CHANGES.iter().filter_map(|change| Some(reading((change.undo)(ours)?, change.finding()))).collect();
    let mut sorted = pairs(ours);
    let join = |list: &[Parameter<'_>]| {
        list.iter().map(|(name, value)| [*name, b"=", *value].concat()).collect::<Vec<_>>().join(&b'&')
    };
    let values = |change: fn(&[u8]) -> Option<Vec<u8>>| {
        let changed: Vec<_> = sorted
            .iter()
            .map(|(name, value)| (*name, change(value).unwrap_or_else(|| value.to_vec())))
            .collect();
        join(&changed.iter().map(|(name, value)| (*name, value.as_slice())).collect::<Vec<_>>())
    };
    let plus = |what| {
        Finding::new(
            Cause::PlusAsSpace,
            what,
            "sign the very values that are sent, and percent-encode a `+` as %2B",
        )
    };
    let encoded = |what| {
        let fix = "sign the plain values, and percent-encode them only when they are sent";
        Finding::new(Cause::NotDecoded, what, fix)
    };
    all.push(reading(values(spaces_to_plus), plus("a `+` was signed where the text has a space")));
    all.push(reading(
        values(|value| replaced(value, b"+", b" ")),
        plus("a space was signed where the text has a `+`"),
    ));
    all.push(reading(
        values(decoded_again),
        encoded("values are percent-encoded in the text, and were signed plain"),
    ));
    all.push(reading(
        values(|value| Some(percent_encode(value).into_bytes())),
        encoded("values were signed percent-encoded, and are plain in the text"),
    ));
    let without: Vec<_> = sorted.iter().copied().filter(|(name, _)| *name != b"sign_type").collect();
    all.push(reading(join(&without), only_theirs(b"sign_type")));
    let filled: Vec<_> = sorted.iter().copied().filter(|(_, value)| !value.trim_ascii().is_empty()).collect();
    all.push(reading(
        join(&filled),
        Finding::new(
            Cause::EmptyValues,
            "empty values are in the text, and were not signed",
            "leave empty values out of text and request",
        ),
    ));
    sorted.sort_by_key(|(name, _)| *name);
    all.push(reading(
        join(&sorted),
        Finding::new(
            Cause::KeyOrder,
            "the text is not in the order that was signed",
            "sort the parameters by name",
        ),
    ));
    all
}
