//! What holds for every input, tried on many: a fixed seed makes each run the same, and a failure names it together
//! with the smallest input that shows it.

mod corpus;
mod envelopes;
mod forms;
mod models;
mod notifications;
mod text_to_sign;
mod travel;
mod values;

use std::fmt::Debug;
use std::sync::{Arc, LazyLock};

use alipay_api::sign::{Charset, PrivateKey};
use alipay_api::{Clock, Config, ConfigBuilder, Nonce};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config as Settings, RngAlgorithm, TestRng, TestRunner};

/// Set it to try other inputs.
const SEED: &str = "ALIPAY_PROPERTY_SEED";

/// Tries `property` on so many inputs; it fails by panicking.
fn for_all<S: Strategy>(cases: u32, inputs: S, property: impl Fn(S::Value))
where
    S::Value: Debug,
{
    let seed: u64 = std::env::var(SEED).map_or(1, |seed| seed.parse().expect("a number"));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let settings = Settings { cases, failure_persistence: None, ..Settings::default() };
    let mut runner = TestRunner::new_with_rng(settings, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let tried = runner.run(&inputs, |input| {
        property(input);
        Ok(())
    });
    if let Err(error) = tried {
        panic!("with {SEED}={seed}: {error}");
    }
}

/// What breaks signing, encoding or escaping somewhere.
const AWKWARD: &str = "\"'+&=%\\/<>{}[],:;?# \t\r\n\0\u{1}\u{b}\u{1c}\u{7f}.~-_*()优€诚\u{3000}\u{feff}";

/// Any character, the awkward ones more often.
fn any_character() -> impl Strategy<Value = char> {
    let awkward: Vec<char> = AWKWARD.chars().collect();
    prop_oneof![
        3 => prop::sample::select(awkward),
        2 => prop::char::range(' ', '~'),
        2 => prop::char::range('\u{4e00}', '\u{9fff}'),
        1 => prop::char::range('\u{10000}', '\u{10ffff}'),
        1 => any::<char>(),
    ]
}

/// Any character that two bytes of GBK can write.
fn gbk_character() -> impl Strategy<Value = char> {
    static ALL: LazyLock<Vec<char>> = LazyLock::new(|| {
        let gbk = Charset::gbk();
        ('\0'..='\u{ffff}').filter(|c| gbk.encode(c.encode_utf8(&mut [0; 4])).is_ok()).collect()
    });
    let awkward: Vec<char> = AWKWARD.chars().filter(|c| ALL.contains(c)).collect();
    prop_oneof![2 => prop::sample::select(awkward), 3 => prop::sample::select(ALL.as_slice())]
}

/// A text of so many characters that exist in the charset.
fn text_in(charset: &str, most: usize) -> BoxedStrategy<String> {
    let characters = if charset == "GBK" { gbk_character().boxed() } else { any_character().boxed() };
    vec(characters, 1..=most).prop_map(String::from_iter).boxed()
}

/// Any JSON value, a few levels deep.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Fractions that a double holds exactly.
        (-1_000_000_i32..1_000_000).prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        text_in("UTF-8", 8).prop_map(Value::from),
        Just(Value::from("")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text_in("UTF-8", 6), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

static OURS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).unwrap());
static ALIPAYS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).unwrap());

#[derive(Debug)]
struct Fixed;

impl Clock for Fixed {
    fn now_unix_millis(&self) -> i64 {
        1_704_135_845_000
    }
}

impl Nonce for Fixed {
    fn next(&self) -> String {
        "0123456789abcdef0123456789abcdef".to_owned()
    }
}

/// A client that believes [`ALIPAYS`].
fn config(charset: &str) -> Config {
    ConfigBuilder::new("2021000000000000", Arc::new(Fixed), Arc::new(Fixed))
        .private_key(OURS.to_pkcs8_pem().expose())
        .alipay_public_key(ALIPAYS.public_key().to_spki_pem())
        .charset(charset)
        .build()
        .unwrap()
}
