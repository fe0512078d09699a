//! The pitfalls that the protocol descriptions list, each with a test that names it.
//!
//! A test belongs to a pitfall by its doc comment, `/// protocol-v2 §13 no. 7: ...`.

mod desk;
mod v2_answers;
mod v2_certificates;
mod v2_messages;
mod v2_requests;
mod v2_transport;
mod v3_answers;
mod v3_requests;

const SOURCES: [&str; 7] = [
    include_str!("pitfalls/v2_answers.rs"),
    include_str!("pitfalls/v2_certificates.rs"),
    include_str!("pitfalls/v2_messages.rs"),
    include_str!("pitfalls/v2_requests.rs"),
    include_str!("pitfalls/v2_transport.rs"),
    include_str!("pitfalls/v3_answers.rs"),
    include_str!("pitfalls/v3_requests.rs"),
];

/// The numbers of a list that stand before a test, in order. One that stands before anything else fails.
fn tested(list: &str) -> Vec<u32> {
    let prefix = format!("/// {list} no. ");
    let mut numbers = Vec::new();
    for source in SOURCES {
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            let Some((number, _)) = line.strip_prefix(&prefix).and_then(|rest| rest.split_once(':')) else {
                continue;
            };
            let next = lines.find(|line| !line.starts_with("///"));
            assert_eq!(next, Some("#[test]"), "{list} no. {number}");
            numbers.push(number.parse().unwrap());
        }
    }
    numbers.sort_unstable();
    numbers
}

#[test]
fn every_pitfall_has_one_test() {
    assert_eq!(tested("protocol-v2 §13"), (1..=41).collect::<Vec<_>>());
    assert_eq!(tested("protocol-v3 §11.1"), (1..=27).collect::<Vec<_>>());
}
