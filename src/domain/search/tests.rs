//! Which words a text falls into, and which searches find it.

use std::time::{Duration, Instant};

use super::{Query, Terms};
use crate::domain::limits;

fn terms(text: &str) -> String {
    Terms::of([text]).joined()
}

/// What a search looks for, a star behind what may go on.
fn wanted(text: &str) -> String {
    let spelled = |term: &super::Wanted| format!("{}{}", term.text, if term.prefix { "*" } else { "" });
    Query::of(text).terms().iter().map(spelled).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_text_is_a_set_of_words() {
    for (text, words) in [
        ("", ""),
        (" \t\r\n", ""),
        ("?! … 🎉 -- \"'()*:^&|<>%_\\", ""),
        ("Refund, refund; REFUND!", "refund"),
        ("My order #1042 (blue)", "1042 blue my order"),
        ("zoe.miller@mail.example.com", "com example mail miller zoe"),
        ("can't o\u{2019}clock e-mail", "can clock e mail o t"),
        ("a_b%c\\d", "a b c d"),
        ("ﬁx ＶＩＰ ①", "1 fix vip"),
        ("École école e\u{301}cole ECOLE", "ecole"),
        ("Müller Zürich straße", "muller straße zurich"),
        ("İstanbul", "istanbul"),
        ("ΟΔΟΣ οδός", "οδοσ"),
        ("שָׁלוֹם", "שלום"),
        ("مَرْحَبًا", "مرحبا"),
        ("हिन्दी में", "में हिन्दी"),
        ("한국어 환불", "한국어 환불"),
        ("soft\u{ad}ware zero\u{200b}width\u{feff} \u{202e}left\u{0}right\u{7}", "leftright software zerowidth"),
        ("one\u{a0}two\u{2028}three\u{85}four", "four one three two"),
        ("👨\u{200d}👩\u{fe0f} tada", "tada"),
    ] {
        assert_eq!(terms(text), words, "{text:?}");
    }
}

#[test]
fn scripts_without_spaces_are_characters_and_their_neighbours() {
    for (text, words) in [
        ("退款", "款 退 退款"),
        ("退款refund吗？", "refund 吗 款 退 退款"),
        ("カタカナ", "カ カタ カナ タ タカ ナ"),
        ("ｶﾞ", "ガ"),
        ("か\u{3099}", "が"),
        ("คืน", "ค คื น ื ืน"),
        ("日。本", "日 本"),
    ] {
        assert_eq!(terms(text), words, "{text:?}");
    }
}

#[test]
fn a_search_is_words_that_all_must_be_there() {
    for (text, words) in [
        ("", ""),
        ("*", ""),
        ("refund", "refund*"),
        ("Re Ref ab é été", "re ref* ab e ete*"),
        ("NEAR(a b) AND \"c OR d\" NOT e:f* ^g -h", "near* a b and* c or d not* e f g h"),
        ("退", "退"),
        ("退款吗", "退款 款吗"),
        ("zoe@example.com", "zoe* example* com*"),
        ("twice Twice TWICE", "twice*"),
    ] {
        assert_eq!(wanted(text), words, "{text:?}");
    }
}

#[test]
fn long_words_are_cut_alike_in_texts_and_searches() {
    let long = "ä".repeat(10_000);
    assert_eq!(terms(&long), "a".repeat(limits::TERM));
    assert_eq!(wanted(&long), format!("{}*", "a".repeat(limits::TERM)));
    let marks = format!("क{}", "\u{93f}".repeat(10_000));
    assert_eq!(terms(&marks).chars().count(), limits::TERM);
}

#[test]
fn a_search_has_a_bounded_number_of_terms() {
    let many: String = (0..100).map(|n| format!("w{n} ")).collect();
    assert_eq!(Query::of(&many).terms().len(), limits::SEARCH_TERMS);
    assert_eq!(Query::of(&many).terms()[1].text, "w1");
}

#[test]
fn whatever_a_text_is_made_of_its_terms_are_few_bytes_and_quickly_found() {
    let started = Instant::now();
    let from = |first: u32| move |n: u32| char::from_u32(first + n % 40_000).unwrap_or('x');
    for text in [
        (0..limits::TEXT as u32).map(from(0x2_0000)).collect::<String>(),
        (0..limits::TEXT as u32).map(from(0x4e00)).collect(),
        (0..limits::TEXT as u32).map(from(1)).collect(),
        (0..limits::TEXT as u32 / 6).map(|n| format!("{n:05} ")).collect(),
        "\u{fdfa}".repeat(limits::TEXT),
        format!("a{}", "\u{301}\u{316}".repeat(limits::TEXT / 2)),
        "\u{1161}".repeat(limits::TEXT),
    ] {
        let joined = terms(&text);
        let bytes: usize = joined.split(' ').map(str::len).sum();
        assert!(bytes <= limits::TERMS_BYTES, "{bytes}");
        assert!(joined.split(' ').all(|term| term.chars().count() <= limits::TERM));
        assert!(!joined.contains('\0') && !joined.contains("  "));
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn folding_what_is_folded_changes_nothing() {
    for text in ["İstanbul ǅ ϔ ﷺ Å K ẞ ſ ΟΔΟΣ", "हिन्दी ｶﾞ か\u{3099} 각", "שָׁלוֹם مَرْحَبًا Ж\u{306}й ё", "\u{1e9b}\u{323}"]
    {
        let once = terms(text);
        assert_eq!(terms(&once), once, "{text}");
    }
}
