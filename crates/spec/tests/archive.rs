//! An archive gives back what was packed, and says when it was damaged.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::Write;

use std::collections::BTreeMap;

use alipay_spec::{Archive, Error, pack};
use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Enough text for several chunks, with one item longer than a chunk.
fn items() -> Vec<(String, String)> {
    let mut items: Vec<_> = (0..40)
        .map(|number| {
            let line = format!("title = \"发券接口 {number}\"\n");
            (format!("v2/operation/alipay.shop.{}", number % 7 * 100 + number), line.repeat(100 + number))
        })
        .collect();
    items.push(("v2/type/Long".to_owned(), "x".repeat(200_000)));
    items.push(("v2/type/Empty".to_owned(), String::new()));
    items.push((String::new(), "the empty key".to_owned()));
    items
}

fn small() -> Vec<u8> {
    pack([("b/long/key", "two"), ("b/long/kex", "three 三"), ("a", "one"), ("", "none")]).unwrap()
}

#[test]
fn every_item_comes_back_as_it_was() {
    let bytes = pack(items()).unwrap();
    let archive = Archive::open(&bytes).unwrap();
    for (key, text) in items() {
        assert!(archive.contains(&key));
        assert_eq!(archive.get(&key), Ok(Some(text.as_str())), "{key}");
    }
    assert!(bytes.len() < 20_000, "{} bytes", bytes.len());
}

#[test]
fn keys_come_in_order_whatever_the_order_of_the_items() {
    let sorted: BTreeMap<_, _> = items().into_iter().collect();
    let bytes = pack(items()).unwrap();
    let archive = Archive::open(&bytes).unwrap();
    assert!(archive.keys().eq(sorted.keys().map(String::as_str)));
    let under = sorted.keys().filter(|key| key.starts_with("v2/operation/alipay.shop.1"));
    assert!(archive.keys_under("v2/operation/alipay.shop.1").eq(under.map(String::as_str)));
    assert_eq!(archive.keys_under("v3/").count(), 0);
}

#[test]
fn an_unknown_key_is_no_error() {
    let bytes = small();
    let archive = Archive::open(&bytes).unwrap();
    for key in ["b/long/ke", "b/long/key2", "A", "zzz"] {
        assert_eq!(archive.get(key), Ok(None), "{key}");
        assert!(!archive.contains(key));
    }
}

#[test]
fn an_archive_of_nothing_is_an_archive() {
    let bytes = pack([("", ""); 0]).unwrap();
    let archive = Archive::open(&bytes).unwrap();
    assert_eq!(archive.keys().count(), 0);
    assert_eq!(archive.get(""), Ok(None));
}

#[test]
fn the_same_items_give_the_same_bytes() {
    assert_eq!(pack(items()).unwrap(), pack(items()).unwrap());
}

#[test]
fn a_key_can_be_given_once() {
    assert_eq!(pack([("a", "1"), ("b", "2"), ("a", "1")]), Err(Error::Twice("a".to_owned())));
    assert_eq!(pack([("", "1"), ("", "2")]), Err(Error::Twice(String::new())));
}

/// Whether a damaged archive gives an error somewhere; what it gives otherwise must be what was written.
fn notices(bytes: &[u8]) -> bool {
    let Ok(archive) = Archive::open(bytes) else { return true };
    let good = small();
    let good = Archive::open(&good).unwrap();
    assert!(archive.keys().eq(good.keys()));
    let mut failed = false;
    for key in good.keys() {
        match archive.get(key) {
            Ok(found) => assert_eq!(found, good.get(key).unwrap(), "{key}"),
            Err(error) => {
                failed = true;
                assert!(matches!(error, Error::Damaged(_)), "{error}");
            }
        }
    }
    failed
}

/// A few bits of a compressed stream may be turned without turning what it holds: those need not be noticed.
#[test]
fn a_damaged_archive_gives_an_error_or_what_was_written() {
    let good = small();
    let mut silent = 0;
    for position in 0..good.len() {
        for bit in 0..8 {
            let mut bytes = good.clone();
            bytes[position] ^= 1 << bit;
            silent += usize::from(!notices(&bytes));
        }
        let mut bytes = good.clone();
        bytes[position] ^= 0xff;
        assert!(notices(&bytes), "byte {position}");
    }
    assert!(silent < good.len() / 10, "{silent} turned bits of {} bytes", good.len());
}

/// Keys are written without what they share with the one before, so a small archive could hold any length of them.
#[test]
fn a_small_archive_takes_no_large_memory() {
    let long = "k".repeat(1 << 20);
    let keys = (0..65).map(|number| (format!("{long}{number:02}"), ""));
    assert_eq!(pack(keys.clone()), Err(Error::TooLarge("the keys together".to_owned())));
    assert!(Archive::open(&pack(keys.take(63)).unwrap()).is_ok());

    // No chunks, 100 keys that are each one letter longer than the one before, the first of a million letters.
    let number = |number: u32| {
        [0, 7, 14].map(|shift| (number >> shift) as u8 & 0x7f | if shift < 14 { 0x80 } else { 0 })
    };
    let key = |shared: u32, rest: &[u8]| {
        [&number(shared)[..], &number(rest.len() as u32), rest, &[0, 0, 0]].concat()
    };
    let first = 1_000_000;
    let mut index = [&number(0)[..], &number(100), &key(0, &vec![b'k'; first])].concat();
    (0..99).for_each(|more| index.extend(key(first as u32 + more, b"k")));
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&index).unwrap();
    let packed = packed.finish().unwrap();
    let bytes = [&b"ALISPEC1"[..], &(packed.len() as u32).to_le_bytes(), &packed].concat();
    assert!(bytes.len() < 10_000);
    let error = Archive::open(&bytes).unwrap_err();
    assert!(error.to_string().contains("the keys are too long"), "{error}");
}

#[test]
fn a_cut_or_grown_archive_is_noticed() {
    let good = small();
    for length in 0..good.len() {
        assert!(notices(&good[..length]), "{length} of {} bytes", good.len());
    }
    assert!(notices(&[&good[..], b"x"].concat()));
}

#[test]
fn other_files_are_no_archives() {
    for bytes in [&b""[..], b"ALISPEC", b"PK\x03\x04 and more", b"group = \"marketing\"\n"] {
        assert_eq!(Archive::open(bytes).unwrap_err(), Error::NotAnArchive);
    }
}

#[test]
fn errors_say_what_to_do() {
    assert!(Error::NotAnArchive.to_string().contains("cargo xtask codegen"));
    assert!(Archive::open(b"ALISPEC1").unwrap_err().to_string().contains("ends early"));
}
