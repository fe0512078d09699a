//! Contents are encrypted as by the official SDKs, and refused without a word about what was in them.

use alipay_sign::{Charset, ContentCipher, ContentKey, ContentKeyError, DecryptError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::data::{CONTENTS, rows};

const VECTOR: [u8; 16] = *b"a random vector!";

fn key(name: &str) -> ContentKey {
    ContentKey::parse(CONTENTS["keys"][name].as_str().unwrap()).unwrap()
}

fn no_randomness() -> [u8; 16] {
    panic!("AES draws no randomness")
}

#[test]
fn contents_are_encrypted_as_by_the_official_sdks() {
    let cases = rows(&CONTENTS["encrypt"]);
    assert_eq!(cases.len(), 23);
    for case in cases {
        let charset = Charset::parse(case["charset"].as_str().unwrap()).unwrap();
        let Ok(text) = charset.encode(case["text"].as_str().unwrap()) else {
            // Where the SDK encrypts question marks, the charset has already refused the text.
            assert!(case["content"].is_null(), "{}", case["name"]);
            continue;
        };
        let key = key(case["key"].as_str().unwrap());
        let content = key.encrypt(ContentCipher::Aes, &text, no_randomness).unwrap();
        assert_eq!(content, case["content"], "{}", case["name"]);
        assert_eq!(key.decrypt(ContentCipher::Aes, &content).unwrap().expose(), &*text, "{}", case["name"]);
    }
}

#[test]
fn contents_are_decrypted_or_refused_as_suggested() {
    let cases = rows(&CONTENTS["decrypt"]);
    assert_eq!(cases.len(), 18);
    for case in cases {
        let content = case["content"].as_str().unwrap();
        let plain = key(case["key"].as_str().unwrap()).decrypt(ContentCipher::Aes, content);
        let text = plain.ok().and_then(|plain| Charset::utf_8().decode(plain.expose()).ok());
        match case["suggested"].as_str().unwrap() {
            "accept" => assert_eq!(text.as_deref(), case["text"].as_str(), "{}", case["name"]),
            "reject" => assert_eq!(text, None, "{}", case["name"]),
            "either" => {}
            other => panic!("{other}"),
        }
    }
}

#[test]
fn known_answers_of_public_test_suites_hold() {
    for (cipher, key, text, content) in [
        (ContentCipher::Aes, "aa4BtZ4tspm2wnXLb1ThQA==", "test1234567", "ILpoMowjIQjfYMR847rnFQ=="),
        (
            ContentCipher::Aes,
            "vEARwBsVE8dBrk0tiaNQtQ==",
            "test1234567你好",
            "Xg5Qdr1jGhRugqAdBHYgl94KzwIqcaA37/dMvR1PeSc=",
        ),
        (
            ContentCipher::AesV2,
            "vEARwBsVE8dBrk0tiaNQtQ==",
            "test1234567你好",
            "2QL0g2nIXPryV+HHfsjcFiekGJIczOnP3DB8PakDw89AzuFjayOxIE19Zu8OyY3O",
        ),
        (ContentCipher::Aes, "AAECAwQFBgcICQoLDA0ODw==", r#"{"k":"中文"}"#, "M9VFmKZShCElLZZlll/4SQ=="),
        (
            ContentCipher::Aes,
            "AAECAwQFBgcICQoLDA0ODw==",
            "0123456789abcdef",
            "KBVnqy9M8Nc9MZgiW4uDk44NT+KGlmukev6rA40uOsw=",
        ),
    ] {
        let key = ContentKey::parse(key).unwrap();
        assert_eq!(key.decrypt(cipher, content).unwrap().expose(), text.as_bytes());
        let vector = || STANDARD.decode(content).unwrap()[..16].try_into().unwrap();
        assert_eq!(key.encrypt(cipher, text.as_bytes(), vector).unwrap(), content);
    }
}

#[test]
fn the_random_vector_stands_before_the_ciphertext() {
    for name in ["aes128", "aes192", "aes256"] {
        let key = key(name);
        for text in [&b""[..], b"x", b"0123456789abcdef", &[7; 1000]] {
            let content = key.encrypt(ContentCipher::AesV2, text, || VECTOR).unwrap();
            assert_eq!(&STANDARD.decode(&content).unwrap()[..16], VECTOR);
            assert_eq!(key.decrypt(ContentCipher::AesV2, &content).unwrap().expose(), text);
            assert_ne!(key.encrypt(ContentCipher::AesV2, text, || [0; 16]).unwrap(), content);
            assert_ne!(
                key.decrypt(ContentCipher::Aes, &content).ok().map(|plain| plain.expose().to_vec()),
                Some(text.to_vec())
            );
        }
        for short in [0, 1, 15, 16, 17, 31] {
            let content = STANDARD.encode(vec![0; short]);
            assert_eq!(key.decrypt(ContentCipher::AesV2, &content).unwrap_err(), refusal(), "{short}");
        }
    }
}

/// What every refusal is.
fn refusal() -> DecryptError {
    key("aes128").decrypt(ContentCipher::Aes, "").unwrap_err()
}

#[test]
fn every_refusal_is_the_same() {
    let key = key("aes128");
    let content = key.encrypt(ContentCipher::Aes, b"0123456789", no_randomness).unwrap();
    assert_eq!(key.decrypt(ContentCipher::Aes, &format!(" {content}\r\n")).unwrap().expose(), b"0123456789");
    let unpadded = content.trim_end_matches('=');
    for text in ["", " ", "!", "AAAA", unpadded, "c6BY6bgNqjCyrXnU9qywSg==", "-_-_"] {
        let error = key.decrypt(ContentCipher::Aes, text).unwrap_err();
        assert_eq!(error, refusal(), "{text:?}");
        assert_eq!(
            error.to_string(),
            "the content cannot be decrypted: compare the content key with the console's"
        );
    }
}

#[test]
fn keys_are_read_from_base64_as_the_console_shows_it() {
    let text = CONTENTS["keys"]["aes256"].as_str().unwrap();
    let content = key("aes256").encrypt(ContentCipher::Aes, b"x", no_randomness).unwrap();
    let (head, tail) = text.split_at(20);
    for form in [format!("{head}\r\n {tail}\n"), text.trim_end_matches('=').to_owned()] {
        let key = ContentKey::parse(&form).unwrap();
        assert_eq!(key.bits(), 256);
        assert_eq!(key.encrypt(ContentCipher::Aes, b"x", no_randomness).unwrap(), content);
    }
    for (text, expected) in [
        ("", ContentKeyError::Empty),
        (" \n", ContentKeyError::Empty),
        ("aes key.txt", ContentKeyError::NotBase64),
        // The text of a key taken for the key itself.
        ("0123456789abcdef", ContentKeyError::Length { bytes: 12 }),
        (&STANDARD.encode([1; 17]), ContentKeyError::Length { bytes: 17 }),
        (&STANDARD.encode([1; 33]), ContentKeyError::Length { bytes: 33 }),
    ] {
        assert_eq!(ContentKey::parse(text).unwrap_err(), expected, "{text:?}");
    }
}

#[test]
fn debug_shows_neither_key_nor_content() {
    let key = key("aes128");
    let plain = key.decrypt(ContentCipher::Aes, "jUZjX6EP07iORpRcmGI+Zw==").unwrap();
    assert_eq!(plain.expose(), b"hello");
    assert_eq!(format!("{key:?} {plain:?}"), "ContentKey { bits: 128, .. } SecretBytes(***)");
}
