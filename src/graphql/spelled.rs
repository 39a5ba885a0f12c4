//! An input together with the value it was read from: what the caller left out stays left out, and a default that was filled in stays
//! unsaid.

use std::borrow::Cow;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueError, InputValueResult, Value};

/// An input as it was read and as it was spelled.
#[derive(Clone, Debug)]
pub struct Spelled<T> {
    /// As it was read.
    pub read: T,
    /// As it was spelled, the keys of its objects in order.
    value: Value,
}

impl<T> Spelled<T> {
    /// As JSON; the values of enums are texts.
    ///
    /// # Errors
    /// None that a value read from a request can lead to.
    pub fn to_json(&self) -> serde_json::Result<serde_json::Value> {
        self.value.clone().into_json()
    }
}

impl<T: InputType> InputType for Spelled<T> {
    type RawValueType = T::RawValueType;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default();
        let read = T::parse(Some(value.clone())).map_err(InputValueError::propagate)?;
        Ok(Self { read, value: in_order(value) })
    }

    fn to_value(&self) -> Value {
        self.value.clone()
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        self.read.as_raw_value()
    }
}

/// The same value with the keys of its objects in order, which has no meaning.
fn in_order(value: Value) -> Value {
    match value {
        Value::Object(mut fields) => {
            fields.sort_unstable_keys();
            Value::Object(fields.into_iter().map(|(name, value)| (name, in_order(value))).collect())
        }
        Value::List(items) => Value::List(items.into_iter().map(in_order).collect()),
        // Whether it stood in the document or in a variable.
        Value::Enum(name) => Value::String(name.to_string()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{InputObject, MaybeUndefined};
    use serde_json::json;

    #[derive(Debug, InputObject)]
    struct Some {
        may: MaybeUndefined<i32>,
        #[graphql(default = true)]
        flag: bool,
    }

    #[test]
    fn what_was_left_out_stays_left_out() {
        for spelled in [json!({}), json!({ "may": null }), json!({ "flag": true, "may": 1 })] {
            let value = Value::from_json(spelled.clone()).unwrap();
            let input = Spelled::<Some>::parse(Option::Some(value)).unwrap();
            assert_eq!(input.to_json().unwrap(), spelled);
            assert!(input.read.flag);
            assert_eq!(input.read.may.is_undefined(), spelled.get("may").is_none());
        }
    }

    #[test]
    fn the_order_of_keys_has_no_meaning() {
        let spelled = |text: &str| {
            let value = Value::from_json(serde_json::from_str(text).unwrap()).unwrap();
            Spelled::<Some>::parse(Option::Some(value)).unwrap().to_value().to_string()
        };
        assert_eq!(spelled(r#"{"may":1,"flag":false}"#), spelled(r#"{"flag":false,"may":1}"#));
    }
}
