//! The custom scalars, each a newtype with one strict spelling per value.
//! They are ours because the library's own read `PT1.5H` as zero and print `+00:00`.
//! A value of the wrong kind fails validation; a malformed one of the right kind is `BAD_REQUEST` with its reason.

mod date_time;
mod duration;
mod event_cursor;
mod json_object;
mod time_zone;
mod url;

pub use date_time::DateTime;
pub use duration::Duration;
pub use event_cursor::EventCursor;
pub use json_object::JsonObject;
pub use time_zone::TimeZone;
pub use url::Url;

use async_graphql::{InputType, InputValueError, InputValueResult, Value};
use std::fmt::Display;

/// Reads a scalar that is spelled as a string.
fn from_string<T: InputType, E: Display>(
    value: Value,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> InputValueResult<T> {
    match value {
        Value::String(text) => parse(&text).map_err(malformed),
        other => Err(InputValueError::expected_type(other)),
    }
}

/// The refusal of a malformed value.
fn malformed<T: InputType>(reason: impl Display) -> InputValueError<T> {
    InputValueError::custom(reason).with_extension("code", "BAD_REQUEST")
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};

    struct Query;

    #[Object]
    impl Query {
        async fn date_time(&self, value: DateTime) -> DateTime {
            value
        }
        async fn duration(&self, value: Duration) -> Duration {
            value
        }
        async fn time_zone(&self, value: TimeZone) -> TimeZone {
            value
        }
        async fn url(&self, value: Url) -> Url {
            value
        }
        async fn event_cursor(&self, value: EventCursor) -> EventCursor {
            value
        }
        async fn json_object(&self, value: JsonObject) -> JsonObject {
            value
        }
    }

    fn schema() -> Schema<Query, EmptyMutation, EmptySubscription> {
        Schema::new(Query, EmptyMutation, EmptySubscription)
    }

    #[tokio::test]
    async fn a_malformed_value_names_its_reason_and_code() {
        let answer = schema().execute(r#"{ duration(value: "PT1.5H") }"#).await;
        let error = &answer.errors[0];
        assert!(error.message.contains(r#""Duration": only whole numbers"#), "{}", error.message);
        let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
        assert_eq!(code, Some(&Value::from("BAD_REQUEST")));
    }

    #[tokio::test]
    async fn a_value_of_another_kind_fails_validation() {
        for field in ["dateTime", "duration", "timeZone", "url", "eventCursor", "jsonObject"] {
            for value in ["1", "true", "[]", "NAME"] {
                let answer = schema().execute(format!("{{ {field}(value: {value}) }}")).await;
                assert!(answer.errors[0].message.contains("expected type"), "{field} {value}: {:?}", answer.errors);
            }
        }
    }

    #[test]
    fn the_scalars_are_described_and_named_as_in_the_contract() {
        let sdl = schema().sdl();
        for name in ["DateTime", "Duration", "TimeZone", "URL", "EventCursor", "JSONObject"] {
            let described = sdl
                .split("\n\n")
                .any(|part| part.contains(&format!("\nscalar {name}")) && part.trim_start().starts_with(r#"""""#));
            assert!(described, "{name} in {sdl}");
        }
    }
}
