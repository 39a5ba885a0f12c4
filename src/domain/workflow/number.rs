//! Numbers as JSON has them, compared by their exact values: a whole number of 64 bits doesn't pass through a fraction's 53.

use std::cmp::Ordering;

/// A number.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// A whole one.
    Whole(i128),
    /// A double-precision one.
    Double(f64),
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.compare(*other) == Some(Ordering::Equal)
    }
}

impl From<&serde_json::Number> for Number {
    fn from(number: &serde_json::Number) -> Self {
        let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        whole.map_or_else(|| Self::Double(number.as_f64().unwrap_or(f64::NAN)), Self::Whole)
    }
}

impl Number {
    /// The number that a text spells as JSON does; none for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let read: serde_json::Number = serde_json::from_str(text).ok()?;
        // 9007199254740993.0 is whole, too; what is beyond 64 bits is read like an attribute, as a double.
        let digits = text.trim_end_matches('0').strip_suffix('.').unwrap_or(text);
        let whole =
            digits.parse::<i128>().ok().filter(|whole| (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(whole));
        Some(whole.map_or_else(|| Self::from(&read), Self::Whole))
    }

    /// Which is more; none if one isn't a number.
    #[must_use]
    pub fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => Some(one.cmp(&other)),
            (Self::Double(one), Self::Double(other)) => one.partial_cmp(&other),
            (Self::Whole(one), Self::Double(other)) => compare(one, other),
            (Self::Double(one), Self::Whole(other)) => compare(other, one).map(Ordering::reverse),
        }
    }
}

/// A whole number and a double, without making either the other's kind where that loses something.
#[allow(clippy::cast_possible_truncation)]
fn compare(whole: i128, double: f64) -> Option<Ordering> {
    if double.is_nan() {
        return None;
    }
    // Casting saturates, so what is beyond stays on its side: no text or attribute spells a whole number near the ends.
    let below = double.floor();
    let by_whole = whole.cmp(&(below as i128));
    Some(if by_whole == Ordering::Equal && double > below { Ordering::Less } else { by_whole })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(value: &serde_json::Value) -> Number {
        Number::from(value.as_number().unwrap())
    }

    #[test]
    fn a_text_is_a_number_as_json_spells_it() {
        for (text, value) in [
            ("5", json!(5)),
            ("5.0", json!(5)),
            ("5.00", json!(5.0)),
            ("5e0", json!(5)),
            ("50", json!(50)),
            ("500.0", json!(500)),
            ("0", json!(0)),
            ("-0", json!(0)),
            ("-0.0", json!(0)),
            ("-5", json!(-5)),
            ("0.1", json!(0.1)),
            ("0.50", json!(0.5)),
            ("1e3", json!(1000)),
            ("1E-2", json!(0.01)),
            ("10", json!(1e1)),
            ("9007199254740993", json!(9_007_199_254_740_993_u64)),
            ("9007199254740993.0", json!(9_007_199_254_740_993_u64)),
            ("18446744073709551615", json!(u64::MAX)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("36893488147419103232", json!(36_893_488_147_419_103_232.0)),
            ("1e300", json!(1e300)),
        ] {
            assert_eq!(Number::parse(text), Some(of(&value)), "{text}");
        }
        for text in
            ["", "five", "5 apples", "0x5", "05", "+5", ".5", "5.", "1e", "1e999", "NaN", "Infinity", "5,0", "٥"]
        {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn neighbours_beyond_a_double_are_told_apart() {
        let whole = json!(9_007_199_254_740_993_u64);
        let double = json!(9_007_199_254_740_992.0);
        assert_ne!(Number::parse("9007199254740992"), Some(of(&whole)));
        assert_ne!(Number::parse("9007199254740993"), Some(of(&double)));
        assert_eq!(of(&whole).compare(of(&double)), Some(Ordering::Greater));
        assert_eq!(of(&double).compare(of(&whole)), Some(Ordering::Less));
        assert_eq!(of(&json!(u64::MAX)).compare(of(&json!(18_446_744_073_709_551_616.0))), Some(Ordering::Less));
        assert_eq!(of(&json!(i64::MIN)).compare(of(&json!(-9_223_372_036_854_775_808.0))), Some(Ordering::Equal));
    }

    #[test]
    fn wholes_and_fractions_are_in_order() {
        for (less, more) in [
            (json!(-6), json!(-5.5)),
            (json!(-5.5), json!(-5)),
            (json!(5), json!(5.5)),
            (json!(5.5), json!(6)),
            (json!(-1e300), json!(i64::MIN)),
            (json!(u64::MAX), json!(1e300)),
            (json!(0), json!(5e-324)),
            (json!(-5e-324), json!(0)),
        ] {
            assert_eq!(of(&less).compare(of(&more)), Some(Ordering::Less), "{less} {more}");
            assert_eq!(of(&more).compare(of(&less)), Some(Ordering::Greater), "{more} {less}");
        }
        assert_eq!(Number::Double(f64::NAN).compare(Number::Whole(0)), None);
        assert_eq!(Number::Whole(0).compare(Number::Double(f64::INFINITY)), Some(Ordering::Less));
    }
}
