//! Each operator against each type of JSON.

use super::*;
use serde_json::json;

fn asked() -> Asked {
    Asked { key: "plan".to_owned(), ..Asked::default() }
}

fn holds(asked: Asked, value: &Value) -> bool {
    let attributes = json!({ "plan": value, "other": "gold" });
    AttributeTest::checked(asked).unwrap().holds(attributes.as_object().unwrap())
}

fn equals(text: &str) -> Asked {
    Asked { equals: Some(text.to_owned()), ..asked() }
}

/// One value of each JSON type and its edges.
fn values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(5),
        json!(5.0),
        json!(-5.5),
        json!(9_007_199_254_740_993_u64),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!(""),
        json!("5"),
        json!("Gold"),
        json!("true"),
        json!("null"),
        json!([]),
        json!([null]),
        json!(["silver", "GOLD", 5]),
        json!([["gold", 5]]),
        json!({}),
        json!({ "plan": "gold" }),
    ]
}

#[test]
fn a_text_equals_each_type_in_its_own_way() {
    for (text, value, equal) in [
        ("gold", json!("Gold"), true),
        (" GOLD ", json!("gold "), true),
        ("ÉCOLE", json!("E\u{301}cole"), true),
        ("gold", json!("golden"), false),
        ("gold", json!("marigold"), false),
        ("5", json!("5"), true),
        ("5.0", json!("5"), false),
        ("5", json!(5), true),
        ("5.0", json!(5), true),
        ("5", json!(5.0), true),
        ("5e0", json!(5), true),
        (" 5 ", json!(5), true),
        ("5", json!(50), false),
        ("5.5", json!(5), false),
        ("0.1", json!(0.1), true),
        ("-0", json!(0), true),
        ("five", json!(5), false),
        ("9007199254740993", json!(9_007_199_254_740_993_u64), true),
        ("9007199254740993.0", json!(9_007_199_254_740_993_u64), true),
        ("9007199254740992", json!(9_007_199_254_740_993_u64), false),
        ("9007199254740993", json!(9_007_199_254_740_992.0), false),
        ("18446744073709551615", json!(u64::MAX), true),
        ("18446744073709551616", json!(u64::MAX), false),
        ("-9223372036854775808", json!(i64::MIN), true),
        ("true", json!(true), true),
        ("TRUE", json!(true), true),
        ("false", json!(false), true),
        ("true", json!(false), false),
        ("yes", json!(true), false),
        ("1", json!(true), false),
        ("true", json!("True"), true),
        ("null", json!(null), false),
        ("null", json!("NULL"), true),
        ("gold", json!(["silver", "GOLD"]), true),
        ("5", json!(["silver", 5.0]), true),
        ("gold", json!(["silver"]), false),
        ("gold", json!([]), false),
        ("null", json!([null]), false),
        ("gold", json!([["gold"]]), false),
        ("gold", json!({ "gold": "gold" }), false),
        ("{}", json!({}), false),
        ("[]", json!([]), false),
    ] {
        assert_eq!(holds(equals(text), &value), equal, "{text} {value}");
        let one_of = Some(vec!["bronze".to_owned(), text.to_owned()]);
        assert_eq!(holds(Asked { one_of, ..asked() }, &value), equal, "one of: {text} {value}");
    }
}

#[test]
fn only_texts_contain() {
    for (text, value, contained) in [
        ("gold", json!("Marigolds"), true),
        ("GOLD", json!("gold"), true),
        ("gold", json!("go ld"), false),
        ("gold", json!(["silver", "Golden"]), true),
        ("gold", json!([["gold"]]), false),
        ("5", json!(5), false),
        ("5", json!([5]), false),
        ("5", json!("15"), true),
        ("tr", json!(true), false),
        ("gold", json!({ "gold": "gold" }), false),
        ("gold", json!(null), false),
    ] {
        let contains = Some(text.to_owned());
        assert_eq!(holds(Asked { contains, ..asked() }, &value), contained, "{text} {value}");
    }
}

#[test]
fn only_numbers_are_greater_or_less() {
    let greater = |bound| Asked { greater_than: Some(bound), ..asked() };
    let less = |bound| Asked { less_than: Some(bound), ..asked() };
    for (bound, value, is_greater, is_less) in [
        (5.0, json!(6), true, false),
        (5.0, json!(5), false, false),
        (5.0, json!(5.0), false, false),
        (5.0, json!(4), false, true),
        (5.0, json!(5.5), true, false),
        (4.5, json!(5), true, false),
        (-1.5, json!(-1), true, false),
        (-1.5, json!(-2), false, true),
        (9_007_199_254_740_992.0, json!(9_007_199_254_740_993_u64), true, false),
        (9_007_199_254_740_992.0, json!(9_007_199_254_740_991_u64), false, true),
        (18_446_744_073_709_551_616.0, json!(u64::MAX), false, true),
        (-9_223_372_036_854_775_808.0, json!(i64::MIN), false, false),
        (1e300, json!(u64::MAX), false, true),
        (-1e300, json!(i64::MIN), true, false),
        (5.0, json!("6"), false, false),
        (5.0, json!("4"), false, false),
        (5.0, json!([6, 4]), false, false),
        (-1.0, json!(true), false, false),
        (-1.0, json!(null), false, false),
        (-1.0, json!({}), false, false),
    ] {
        assert_eq!(holds(greater(bound), &value), is_greater, "{value} > {bound}");
        assert_eq!(holds(less(bound), &value), is_less, "{value} < {bound}");
    }
    let between = Asked { less_than: Some(6.0), ..greater(4.0) };
    assert!(holds(between.clone(), &json!(5)));
    assert!(!holds(between.clone(), &json!(6)));
    assert!(!holds(between, &json!(4)));
}

#[test]
fn what_is_null_or_missing_isnt_there() {
    let exists = |exists| Asked { exists: Some(exists), ..asked() };
    for value in values() {
        assert_eq!(holds(exists(true), &value), !value.is_null(), "{value}");
        assert_eq!(holds(exists(false), &value), value.is_null(), "{value}");
    }
    for (asked, holds) in [
        (exists(true), false),
        (exists(false), true),
        (equals("gold"), false),
        (Asked { contains: Some("gold".to_owned()), ..asked() }, false),
        (Asked { greater_than: Some(-1.0), ..asked() }, false),
        (Asked { exists: Some(false), ..equals("gold") }, false),
    ] {
        assert_eq!(AttributeTest::checked(asked.clone()).unwrap().holds(&Map::new()), holds, "{asked:?}");
    }
    let other = json!({ "Plan": "gold", "plan.name": "gold" });
    assert!(!AttributeTest::checked(equals("gold")).unwrap().holds(other.as_object().unwrap()));
    let spaced = json!({ " plan": "gold" });
    for (key, found) in [(" plan", true), ("plan", false)] {
        let asked = Asked { key: key.to_owned(), ..equals("gold") };
        assert_eq!(AttributeTest::checked(asked).unwrap().holds(spaced.as_object().unwrap()), found, "{key}");
    }
}

#[test]
fn all_operators_that_are_given_must_hold() {
    let all = Asked {
        one_of: Some(vec!["gold".to_owned(), "golden".to_owned()]),
        contains: Some("old".to_owned()),
        exists: Some(true),
        ..equals("gold")
    };
    assert!(holds(all.clone(), &json!("Gold")));
    for spoilt in [
        Asked { equals: Some("golden".to_owned()), ..all.clone() },
        Asked { one_of: Some(vec!["golden".to_owned()]), ..all.clone() },
        Asked { contains: Some("ola".to_owned()), ..all.clone() },
        Asked { exists: Some(false), ..all.clone() },
        Asked { greater_than: Some(0.0), ..all.clone() },
        Asked { less_than: Some(0.0), ..all },
    ] {
        assert!(!holds(spoilt.clone(), &json!("Gold")), "{spoilt:?}");
    }
}

#[test]
fn what_asks_nothing_or_the_impossible_is_refused_at_its_place() {
    let long = || "a".repeat(256);
    let texts = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
    for (asked, code, field) in [
        (asked(), Code::Required, ""),
        (Asked { key: " ".to_owned(), ..equals("a") }, Code::Required, "key"),
        (Asked { key: "a".repeat(16 * 1024 + 1), ..equals("a") }, Code::TooLong, "key"),
        (Asked { key: "a\0".to_owned(), ..equals("a") }, Code::Invalid, "key"),
        (equals(" "), Code::Required, "equals"),
        (equals(&long()), Code::TooLong, "equals"),
        (equals("a\0"), Code::Invalid, "equals"),
        (Asked { one_of: texts(&[]), ..asked() }, Code::Required, "oneOf"),
        (Asked { one_of: texts(&["a", ""]), ..asked() }, Code::Required, "oneOf.1"),
        (Asked { one_of: Some(vec!["a".to_owned(); 101]), ..asked() }, Code::LimitExceeded, "oneOf"),
        (Asked { contains: Some(String::new()), ..asked() }, Code::Required, "contains"),
        (Asked { greater_than: Some(f64::NAN), ..asked() }, Code::Invalid, "greaterThan"),
        (Asked { less_than: Some(f64::INFINITY), ..asked() }, Code::Invalid, "lessThan"),
    ] {
        let refused = AttributeTest::checked(asked.clone()).unwrap_err();
        assert_eq!((refused.code, &*refused.field.join(".")), (code, field), "{asked:?}");
    }
}
