//! What counts as a name in a text.

use super::*;
use crate::domain::rejection::Code;

#[test]
fn names_stand_behind_an_at_sign() {
    let long = format!("@{}", "a".repeat(300));
    let cases: [(&str, &[&str]); 18] = [
        ("", &[]),
        ("@ada", &["ada"]),
        ("@Ada and @ADA", &["ada"]),
        ("ask @bea, @carl; (@dora) \"@eve\"", &["bea", "carl", "dora", "eve"]),
        ("https://video.example/@ada and /@bea", &[]),
        ("line\n@ada", &["ada"]),
        ("@ada.lovelace-1_x!", &["ada.lovelace-1_x"]),
        ("@ada. Thanks", &["ada."]),
        ("…@ada…", &["ada"]),
        ("zoe@example.com, z.@ada, z_@ada, z-@ada, 1@ada", &[]),
        ("mailto:zoe@ada", &[]),
        ("@@ada @ @. @-ada @_ada", &[]),
        ("@ada@example.com", &["ada"]),
        ("@adaさん", &["ada"]),
        ("请@ada看", &["ada"]),
        ("@é @İ", &[]),
        ("@\u{212a}ate", &[]),
        (&long, &[&long[1..]]),
    ];
    for (text, names) in cases {
        assert_eq!(written(text).unwrap(), names, "{text}");
    }
}

#[test]
fn punctuation_behind_a_name_is_tried_with_it_and_without() {
    let all = |name| -> Vec<&str> { spellings(name).collect() };
    assert_eq!(all("ada"), ["ada"]);
    assert_eq!(all("ada.-_"), ["ada.-_", "ada.-", "ada.", "ada"]);
    assert_eq!(all("a.b."), ["a.b.", "a.b"]);
    let (long, dotted) = ("a".repeat(256), format!("ada{}", ".".repeat(999)));
    assert_eq!(all(&long), [""; 0], "longer than a handle may be");
    assert_eq!(all(&dotted).len(), 253);
}

#[test]
fn a_text_with_more_names_than_are_looked_up_is_refused() {
    let text = |count: usize| (0..count).map(|at| format!("@n{at} @n{at}")).collect::<Vec<_>>().join(" ");
    assert_eq!(written(&text(1_000)).unwrap().len(), 1_000);
    let refused = written(&text(1_001)).unwrap_err();
    assert_eq!((refused.code, refused.field), (Code::LimitExceeded, vec!["text".to_owned()]));
    // Each spelling that would be looked up counts.
    let dotted = (0..501).map(|at| format!("@n{at}.")).collect::<Vec<_>>().join(" ");
    assert!(written(&dotted).is_err());
}
