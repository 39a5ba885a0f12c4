//! Failed fields have a key, and errors below a `!` travel up to what may be null.

use serde_json::{Value, json};

use super::{front, post};

/// The data and the paths of the errors.
async fn answer(query: &str) -> (Value, Vec<Value>) {
    let answer = post(&front(), query, json!({})).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let errors = answer.json["errors"].as_array().cloned().unwrap_or_default();
    let paths = errors.iter().map(|error| {
        assert!(error["extensions"]["code"].is_string(), "{error}");
        error["path"].clone()
    });
    let mut paths: Vec<Value> = paths.collect();
    paths.sort_by_key(Value::to_string);
    (answer.json["data"].clone(), paths)
}

#[tokio::test]
async fn a_nullable_field_at_the_root_is_null() {
    let (data, paths) = answer("{ hello mayFail }").await;
    assert_eq!(data, json!({"hello": "world", "mayFail": null}));
    assert_eq!(paths, [json!(["mayFail"])]);
    let (data, _) = answer("{ mayFail again: mayFail }").await;
    assert_eq!(data, json!({"mayFail": null, "again": null}));
}

#[tokio::test]
async fn a_required_field_at_the_root_nulls_the_data() {
    let (data, paths) = answer("{ hello mustFail }").await;
    assert_eq!(data, Value::Null);
    assert_eq!(paths, [json!(["mustFail"])]);
}

#[tokio::test]
async fn in_an_object() {
    let (data, _) = answer("{ item(fails: true) { n may } }").await;
    assert_eq!(data, json!({"item": {"n": 1, "may": null}}));
    let (data, _) = answer("{ item(fails: true) { may } }").await;
    assert_eq!(data, json!({"item": {"may": null}}), "all of its fields failed");
    let (data, _) = answer("{ item(fails: true) { n must } }").await;
    assert_eq!(data, json!({"item": null}));
    let (data, paths) = answer("{ item(fails: true) { must may child { maybeChild { may must } may } } }").await;
    assert_eq!(data, json!({"item": null}));
    assert_eq!(paths.len(), 5);
    let (data, _) = answer("{ item(fails: true) { child { maybeChild { must } } } }").await;
    assert_eq!(data, json!({"item": {"child": {"maybeChild": null}}}));
    let (data, _) = answer("{ hello sureItem(fails: true) { child { must } } }").await;
    assert_eq!(data, Value::Null);
}

#[tokio::test]
async fn in_a_list() {
    let (data, _) = answer("{ list { n may } }").await;
    assert_eq!(data["list"][1], json!({"n": 1, "may": null}));
    assert_eq!(data["list"][2], json!({"n": 2, "may": 2}));
    let (data, paths) = answer("{ list { n must } }").await;
    assert_eq!(data, json!({"list": null}), "its items may not be null");
    assert_eq!(paths, [json!(["list", 1, "must"])]);
    let (data, _) = answer("{ openList { n must } }").await;
    assert_eq!(data, json!({"openList": [{"n": 0, "must": 0}, null, {"n": 2, "must": 2}]}));
    let (data, _) = answer("{ openList { child { must } } }").await;
    assert_eq!(data["openList"][1], Value::Null);
    let (data, paths) = answer("{ hello badList { n } }").await;
    assert_eq!(data, json!({"hello": "world", "badList": null}));
    assert_eq!(paths, [json!(["badList", 1])]);
}

#[tokio::test]
async fn through_aliases_fragments_and_interfaces() {
    let query = "{ a: item(fails: true) { ...F } } fragment F on Item { ... { b: child { c: must } } }";
    let (data, _) = answer(query).await;
    assert_eq!(data, json!({"a": null}));
    let query = "{ node(team: false) { id ... on Item { x: may } ... on Team { x: name } } }";
    let (data, _) = answer(query).await;
    assert_eq!(data, json!({"node": null}), "either type's field may have been meant");
    let query = "{ node(team: false) { __typename ... on Item { x: may } ... on Team { x: name } } }";
    let (data, _) = answer(query).await;
    assert_eq!(data, json!({"node": {"__typename": "Item", "x": null}}));
}

#[tokio::test]
async fn in_mutations() {
    let (data, _) = answer("mutation { refuse }").await;
    assert_eq!(data, json!({"refuse": null}));
    let (data, _) = answer("mutation { bump(millis: 0) refuse }").await;
    assert_eq!(data, json!({"bump": 1, "refuse": null}));
}

#[tokio::test]
async fn an_object_for_which_no_fragment_is_meant_is_empty() {
    let (data, _) = answer("{ node(team: true) { ... on Item { n } } }").await;
    assert_eq!(data, json!({"node": {}}));
    let (data, _) = answer("{ node(team: true) { ...F } } fragment F on Item { child { ... { n } } }").await;
    assert_eq!(data, json!({"node": {}}));
    let (data, _) = answer("{ node(team: true) { ... on Item { n } ... on Team { name } } }").await;
    assert_eq!(data, json!({"node": {"name": "Team"}}));
}

#[tokio::test]
async fn an_object_of_which_everything_is_skipped_is_empty() {
    let (data, _) = answer("{ item { n @skip(if: true) ...F } } fragment F on Item { id @include(if: false) }").await;
    assert_eq!(data, json!({"item": {}}));
    let (data, _) = answer("{ list { child { n @skip(if: true) } } hello @skip(if: true) }").await;
    assert_eq!(data["list"][0], json!({"child": {}}));
    let (data, _) = answer("{ hello @skip(if: true) }").await;
    assert_eq!(data, json!({}));
    let (data, _) = answer("{ item(fails: true) { may must @skip(if: true) } }").await;
    assert_eq!(data, json!({"item": {"may": null}}));
}

#[tokio::test]
async fn a_bad_argument_found_while_executing_has_a_code() {
    let answer = post(&front(), "{ inbox(scope: ALL, filter: {size: 99999999999}) { totalCount } }", json!({})).await;
    assert_eq!(answer.code(), "BAD_REQUEST", "{}", answer.text);
}
