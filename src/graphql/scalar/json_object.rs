//! `JSONObject`: free-form JSON whose outermost value is an object.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use serde_json::Map;

/// A JSON object; keys keep no order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonObject(pub Map<String, serde_json::Value>);

impl JsonObject {
    /// The object in a stored value; anything but an object counts as empty.
    pub fn from_stored(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Object(map) => Self(map),
            _ => Self::default(),
        }
    }
}

impl From<JsonObject> for serde_json::Value {
    fn from(object: JsonObject) -> Self {
        Self::Object(object.0)
    }
}

/// A JSON object. Its values may be any JSON; the order of its keys has no meaning.
#[Scalar(name = "JSONObject", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-4")]
impl ScalarType for JsonObject {
    fn parse(value: Value) -> InputValueResult<Self> {
        if !Self::is_valid(&value) {
            return Err(InputValueError::expected_type(value));
        }
        match value.into_json() {
            Ok(serde_json::Value::Object(map)) => Ok(Self(map)),
            _ => Err(super::malformed("expected a JSON object")),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::Object(_))
    }

    fn to_value(&self) -> Value {
        // Only an upload could fail here, and JSON has none.
        Value::from_json(serde_json::Value::Object(self.0.clone())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn objects_pass_unchanged() {
        for json in [json!({}), json!({"plan": "pro", "seats": 3, "deep": {"list": [1, 2.5, null, true, {"a": "ä"}]}})]
        {
            let value = Value::from_json(json.clone()).unwrap();
            let object = <JsonObject as ScalarType>::parse(value.clone()).unwrap();
            assert_eq!(ScalarType::to_value(&object), value);
            assert_eq!(serde_json::Value::from(object), json);
        }
    }

    #[test]
    fn other_json_is_refused() {
        for json in [json!(null), json!([]), json!([{}]), json!("{}"), json!(1), json!(false)] {
            assert!(<JsonObject as ScalarType>::parse(Value::from_json(json.clone()).unwrap()).is_err(), "{json}");
        }
    }
}
