//! What patterns find, and which are refused.

use std::time::{Duration, Instant};

use super::*;

fn pattern(text: &str) -> Pattern {
    Pattern::checked("matches", text).unwrap()
}

#[test]
fn a_pattern_occurs_anywhere_without_regard_to_case() {
    for (text, given, occurs) in [
        ("refund", "I want a REFUND now", true),
        ("REFUND", "refunds", true),
        (r"\brefund\b", "refunds", false),
        (r"^\s*(thank you|thanks|danke)[\s!.]*$", " Thank you!\n", true),
        (r"^\s*(thank you|thanks|danke)[\s!.]*$", "Thanks for nothing", false),
        ("^b$", "a\nb\nc", false),
        ("(?m)^b$", "a\nb\nc", true),
        ("a.c", "a\nc", false),
        ("(?s)a.c", "a\nc", true),
        ("straße", "STRASSE", false),
        ("ärger", "ÄRGER", true),
        ("vip", "ＶＩＰ", false),
        (r"^.{0,500}$", "short", true),
        (r"^.{0,500}$", &"x".repeat(501), false),
        (r"\w{2,20}@\w+", "write to ada@example.org", true),
        (r"[\w.+-]+@[\w-]+\.[\w.-]+", "write to ada@example.org", true),
        (r"^\W*\w+(?:\W+\w+){0,4}\W*$", "No thanks, all good!", true),
        (r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b", "DE89 3704 0044 0532 0130 00", true),
        ("x*", "", true),
        (" ", "a b", true),
        ("(?-i)Refund", "refund", false),
    ] {
        assert_eq!(pattern(text).occurs_in(given), occurs, "{text} in {given}");
    }
}

#[test]
fn what_is_no_pattern_is_refused_with_what_is_wrong() {
    for (text, code, message) in [
        ("", Code::Required, "This must be given."),
        ("a\0", Code::Invalid, "U+0000 isn't allowed."),
        ("(refund", Code::Invalid, "This isn't a regular expression: unclosed group."),
        ("[a-", Code::Invalid, "This isn't a regular expression: unclosed character class."),
        ("*", Code::Invalid, "This isn't a regular expression: repetition operator missing expression."),
        (
            "a{2,1}",
            Code::Invalid,
            "This isn't a regular expression: invalid repetition count range, the start must be <= the end.",
        ),
        (r"(a)\1", Code::Invalid, "This isn't a regular expression: backreferences are not supported."),
        (
            "(?=a)",
            Code::Invalid,
            "This isn't a regular expression: look-around, including look-ahead and look-behind, is not supported.",
        ),
        (r"\p{Klingon}", Code::Invalid, "This isn't a regular expression: Unicode property not found."),
    ] {
        let refused = Pattern::checked("matches", text).unwrap_err();
        assert_eq!((refused.code, &*refused.message), (code, message), "{text}");
        assert_eq!(refused.field, ["matches"], "{text}");
    }
}

#[test]
fn a_pattern_has_at_most_512_characters_all_of_which_may_be_places() {
    for letter in ["a", "ä", "語", "😀"] {
        assert!(Pattern::checked("matches", &letter.repeat(512)).is_ok(), "{letter}");
        assert_eq!(Pattern::checked("matches", &letter.repeat(513)).unwrap_err().code, Code::TooLong, "{letter}");
    }
}

#[test]
fn hostile_patterns_are_refused_at_once() {
    for text in [
        "(a{1000}){1000}".to_owned(),
        "((a{100}){100}){100}".to_owned(),
        "(((((((((a{99}){99}){99}){99}){99}){99}){99}){99}){99})".to_owned(),
        "(a{4294967295}){4294967295}".to_owned(),
        "a{601}".to_owned(),
        "(?:a?){301}a{300}".to_owned(),
        r"[ab]*a[ab]{1000}c".to_owned(),
        r"\w{200}".to_owned(),
        r"\pL{150}".to_owned(),
        r"[^\w]?".repeat(80),
        format!("{}a{}", "(".repeat(250), ")".repeat(250)),
        "[".repeat(500),
        "(?:a|".repeat(100),
    ] {
        let begun = Instant::now();
        let refused = Pattern::checked("matches", &text).unwrap_err();
        assert_eq!(refused.code, Code::Invalid, "{text}");
        assert!(refused.message.starts_with("This "), "{text}: {}", refused.message);
        assert!(begun.elapsed() < Duration::from_secs(5), "{text}: {:?}", begun.elapsed());
    }
}

/// Characters of the text that the worst patterns are tried on: a part of the longest, for time grows with the text alone.
const TRIED: usize = limits::TEXT / 16;

#[test]
fn the_worst_patterns_are_judged_in_bounded_time() {
    let mut chance = 12_345_u64;
    let mut one_of = |of: [char; 3]| {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        of[usize::try_from(chance % 3).unwrap()]
    };
    let narrow: String = (0..TRIED).map(|_| one_of(['a', 'a', 'b'])).collect();
    let wide: String = (0..TRIED).map(|_| one_of(['a', 'a', '𝒂'])).collect();
    let texts = [narrow, wide, "語".repeat(TRIED)];
    for worst in [
        "[ab]*a[ab]{590}c",
        "(?s)a.{0,590}c",
        "a.{0,290}b.{0,290}c",
        "(?s)(?:(?:.?)?){590}c",
        r"(?:\w?\b){39}c",
        "(a|b)*(a|b)*(a|b)*c",
    ] {
        let worst = pattern(worst);
        for text in &texts {
            let begun = Instant::now();
            assert!(!worst.occurs_in(text));
            // The longest text takes half a second in a released build. Without bounds it would be minutes.
            assert!(begun.elapsed() < Duration::from_secs(5), "{worst:?}: {:?}", begun.elapsed());
        }
    }
}
