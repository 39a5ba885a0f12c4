//! Conditions on what is known of a customer. An attribute may be any JSON, so each is compared as what it is.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::number::Number;
use super::values;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::{input, limits};

/// What an attribute must be like, as it is handed in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// The attribute's key.
    pub key: String,
    /// It equals this.
    pub equals: Option<String>,
    /// It equals one of these.
    pub one_of: Option<Vec<String>>,
    /// This occurs in it.
    pub contains: Option<String>,
    /// Whether it is there.
    pub exists: Option<bool>,
    /// It is a number greater than this.
    pub greater_than: Option<f64>,
    /// It is a number less than this.
    pub less_than: Option<f64>,
}

/// What an attribute must be like: each of the operators holds.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeTest {
    key: String,
    operators: Vec<Operator>,
}

#[derive(Clone, Debug, PartialEq)]
enum Operator {
    OneOf(Vec<Literal>),
    Contains(String),
    Exists(bool),
    Compares(Ordering, Number),
}

/// A text to equal: as a text, and as the number that it may spell.
#[derive(Clone, Debug, PartialEq)]
struct Literal {
    folded: String,
    number: Option<Number>,
}

impl AttributeTest {
    /// Reads one.
    ///
    /// # Errors
    /// `REQUIRED` for a blank key or text, an empty list or no operator; `INVALID`, `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(asked: Asked) -> Result<Self, Rejection> {
        let key = key(&asked.key)?;
        let mut operators = Vec::new();
        if let Some(text) = asked.equals {
            operators.push(Operator::OneOf(vec![Literal::checked("equals", &text)?]));
        }
        if let Some(texts) = asked.one_of {
            operators.push(Operator::OneOf(values::each("oneOf", texts, Literal::checked)?));
        }
        if let Some(text) = asked.contains {
            operators.push(Operator::Contains(values::folded("contains", &text)?));
        }
        operators.extend(asked.exists.map(Operator::Exists));
        let bounds =
            [("greaterThan", Ordering::Greater, asked.greater_than), ("lessThan", Ordering::Less, asked.less_than)];
        for (field, side, bound) in bounds {
            if bound.is_some_and(|bound| !bound.is_finite()) {
                return Err(Rejection::invalid(field, "This must be a finite number."));
            }
            operators.extend(bound.map(|bound| Operator::Compares(side, Number::Double(bound))));
        }
        if operators.is_empty() {
            let text = "Give equals, oneOf, contains, exists, greaterThan or lessThan.";
            return Err(Rejection::new(Code::Required, text));
        }
        Ok(Self { key, operators })
    }

    /// Whether one of these attributes is like this.
    #[must_use]
    pub fn holds(&self, attributes: &Map<String, Value>) -> bool {
        // What is null isn't there.
        let value = attributes.get(&self.key).filter(|value| !value.is_null());
        self.operators.iter().all(|operator| match operator {
            Operator::Exists(exists) => *exists == value.is_some(),
            operator => value.is_some_and(|value| operator.holds(value)),
        })
    }
}

impl Operator {
    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Exists(exists) => *exists,
            Self::OneOf(literals) => one(value, |value| literals.iter().any(|literal| literal.equals(value))),
            Self::Contains(word) => {
                one(value, |value| value.as_str().is_some_and(|value| values::fold(value).contains(word.as_str())))
            }
            Self::Compares(side, bound) => {
                value.as_number().is_some_and(|number| Number::from(number).compare(*bound) == Some(*side))
            }
        }
    }
}

/// A key, exactly as it is spelled: attributes' keys are kept untrimmed.
fn key(given: &str) -> Result<String, Rejection> {
    input::required("key", given, limits::ATTRIBUTE_BYTES)?;
    Ok(given.to_owned())
}

/// Of a list one element, of anything else it itself. A list in a list is nothing that texts are compared with.
fn one(value: &Value, holds: impl Fn(&Value) -> bool) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(holds),
        value => holds(value),
    }
}

impl Literal {
    fn checked(field: &str, text: &str) -> Result<Self, Rejection> {
        let folded = values::folded(field, text)?;
        let number = Number::parse(&folded);
        Ok(Self { folded, number })
    }

    fn equals(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => values::fold(text) == self.folded,
            Value::Number(number) => self.number == Some(number.into()),
            Value::Bool(true) => self.folded == "true",
            Value::Bool(false) => self.folded == "false",
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        }
    }
}

#[cfg(test)]
mod tests;
