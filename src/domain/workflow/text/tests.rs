//! Words and patterns, each operator against texts.

use super::*;

fn words(of: &[&str]) -> Option<Vec<String>> {
    Some(of.iter().map(|word| (*word).to_owned()).collect())
}

fn text(of: &str) -> Text {
    Text::from(of.to_owned())
}

#[test]
fn words_are_found_anywhere_without_regard_to_case() {
    for (word, given, found) in [
        ("refund", "Refunds, please", true),
        ("REFUND", "a refund", true),
        (" refund ", "norefund", true),
        ("money back", "My MONEY BACK!", true),
        ("money back", "my money\nback", false),
        ("école", "E\u{301}COLE", true),
        ("ΟΔΟΣ", "η οδος, ΟΔΟΣΗΜΑ", true),
        ("ΟΔΟΣ", "οδοσήμανση", true),
        ("ΟΔΟΣ", "η οδός", false),
        ("ΟΔΌΣ", "η οδός", true),
        ("vip", "ＶＩＰ", true),
        ("fix", "a ﬁx", true),
        ("ß", "ẞ", true),
        ("a.c", "abc", false),
        ("%", "50 %", true),
        ("refund", "", false),
    ] {
        for (any, all) in [(words(&[word]), None), (None, words(&[word]))] {
            let test = TextTest::checked(any, all, None).unwrap();
            assert_eq!(test.holds(Some(&text(given))), found, "{word} in {given}");
        }
    }
}

#[test]
fn all_operators_that_are_given_must_hold() {
    for (any, all, pattern, given, holds) in [
        (words(&["refund", "chargeback"]), None, None, "a chargeback", true),
        (words(&["refund", "chargeback"]), None, None, "a charge", false),
        (None, words(&["refund", "order"]), None, "Refund my order", true),
        (None, words(&["refund", "order"]), None, "Refund me", false),
        (None, None, Some(r"#\d+"), "order #17", true),
        (None, None, Some(r"#\d+"), "order 17", false),
        (words(&["refund"]), words(&["order"]), Some(r"#\d+"), "refund of order #17", true),
        (words(&["refund"]), words(&["order"]), Some(r"#\d+"), "order #17", false),
        (words(&["refund"]), words(&["order"]), Some(r"#\d+"), "refund #17", false),
        (words(&["refund"]), words(&["order"]), Some(r"#\d+"), "refund of order", false),
    ] {
        let test = TextTest::checked(any, all, pattern).unwrap();
        assert_eq!(test.holds(Some(&text(given))), holds, "{test:?} {given}");
    }
}

#[test]
fn nothing_holds_for_no_text() {
    for test in [
        TextTest::checked(words(&["a"]), None, None),
        TextTest::checked(None, words(&["a"]), None),
        TextTest::checked(None, None, Some("a*")),
    ] {
        assert!(!test.unwrap().holds(None));
    }
    assert!(TextTest::checked(None, None, Some("^$")).unwrap().holds(Some(&text(""))));
}

#[test]
fn patterns_are_judged_on_the_text_as_it_is_written() {
    let raw = text("ＶＩＰ");
    assert!(TextTest::checked(words(&["vip"]), None, None).unwrap().holds(Some(&raw)));
    assert!(!TextTest::checked(None, None, Some("vip")).unwrap().holds(Some(&raw)));
}

#[test]
fn what_asks_nothing_is_refused_at_its_place() {
    let many = Some(vec!["a".to_owned(); 101]);
    let long = "a".repeat(256);
    for (any, all, pattern, code, field) in [
        (None, None, None, Code::Required, ""),
        (words(&[]), None, None, Code::Required, "containsAny"),
        (None, words(&[]), None, Code::Required, "containsAll"),
        (words(&["a"]), words(&["a", " "]), None, Code::Required, "containsAll.1"),
        (words(&["a", "\0"]), None, None, Code::Invalid, "containsAny.1"),
        (words(&[&long]), None, None, Code::TooLong, "containsAny.0"),
        (many.clone(), None, None, Code::LimitExceeded, "containsAny"),
        (None, many, None, Code::LimitExceeded, "containsAll"),
        (words(&["a"]), None, Some(""), Code::Required, "matches"),
        (words(&["a"]), None, Some("("), Code::Invalid, "matches"),
    ] {
        let refused = TextTest::checked(any, all, pattern).unwrap_err();
        assert_eq!((refused.code, &*refused.field.join(".")), (code, field), "{}", refused.message);
    }
}
