//! Conditions as they are spelled: what is read, and where what is refused stands.

use async_graphql::{InputType, Value};
use serde_json::json;

use super::*;
use crate::domain::rejection::Code;

const CHANNEL: &str = "channel_01h455vb4pex5vsknk084sn02q";
const AGENT: &str = "agent_01h455vb4pex5vsknk084sn02q";
const TEAM: &str = "team_01h455vb4pex5vsknk084sn02q";
const TAG: &str = "tag_01h455vb4pex5vsknk084sn02q";

fn spelled(json: &serde_json::Value) -> Option<WorkflowConditionInput> {
    WorkflowConditionInput::parse(Value::from_json(json.clone()).ok()).ok()
}

fn read(json: &serde_json::Value) -> Result<Condition, Rejection> {
    super::read(&spelled(json).unwrap_or_else(|| panic!("{json} isn't a condition")))
}

fn refused(json: &serde_json::Value) -> (Code, String) {
    let refused = read(json).unwrap_err();
    assert!(refused.message.ends_with('.'), "{}", refused.message);
    (refused.code, refused.field.join("."))
}

/// Every condition that holds no others.
fn leaves() -> Vec<serde_json::Value> {
    vec![
        json!({ "channelIds": [CHANNEL] }),
        json!({ "channelKinds": ["CHAT", "EMAIL"] }),
        json!({ "customerAttribute": { "key": "plan", "equals": "gold" } }),
        json!({ "customerEmailDomains": ["example.org"] }),
        json!({ "text": { "containsAny": ["refund"], "containsAll": ["order"], "matches": "#\\d+" } }),
        json!({ "subject": { "containsAny": ["refund"] } }),
        json!({ "tags": { "hasAny": [TAG], "hasAll": [TAG], "hasNone": [TAG] } }),
        json!({ "priorities": ["LOW", "URGENT"] }),
        json!({ "states": ["OPEN", "SNOOZED", "CLOSED", "SPAM"] }),
        json!({ "assigneeIds": [AGENT] }),
        json!({ "teamIds": [TEAM] }),
        json!({ "unassigned": false }),
        json!({ "firstMessage": true }),
        json!({ "age": "PT1H" }),
    ]
}

#[test]
fn every_condition_is_read_under_its_name() {
    for leaf in leaves() {
        let name = leaf.as_object().unwrap().keys().next().unwrap();
        assert_eq!(read(&leaf).unwrap().field(), name);
        let Condition::Not(inner) = read(&json!({ "not": leaf })).unwrap() else { panic!("{leaf}") };
        assert_eq!(inner.field(), name);
    }
    let Condition::All(all) = read(&json!({ "all": leaves() })).unwrap() else { panic!("all") };
    let Condition::Any(any) = read(&json!({ "any": leaves() })).unwrap() else { panic!("any") };
    assert_eq!(all, any);
    assert_eq!(all.len(), leaves().len());
}

#[test]
fn exactly_one_condition_is_given_and_nothing_is_null() {
    for json in [
        json!({}),
        json!({ "unassigned": true, "firstMessage": true }),
        json!({ "unassigned": null }),
        json!({ "all": null }),
        json!({ "all": [null] }),
        json!({ "all": [{ "not": null }] }),
        json!({ "text": null }),
        json!({ "text": { "containsAny": [null] } }),
        json!({ "channelIds": [null] }),
        json!({ "age": "P1M" }),
        json!({ "states": ["GONE"] }),
        json!({ "customerAttribute": { "equals": "gold" } }),
        json!({ "moon": "full" }),
    ] {
        assert!(spelled(&json).is_none(), "{json}");
    }
    // What is optional counts as left out.
    let null = json!({ "text": { "containsAny": ["refund"], "containsAll": null, "matches": null } });
    assert_eq!(read(&null), read(&json!({ "text": { "containsAny": ["refund"] } })));
}

#[test]
fn what_is_refused_is_named_by_its_place_in_the_tree() {
    for (leaf, code, field) in [
        (json!({ "all": [] }), Code::Required, "all"),
        (json!({ "any": [] }), Code::Required, "any"),
        (json!({ "channelIds": [] }), Code::Required, "channelIds"),
        (json!({ "channelIds": [CHANNEL, TEAM] }), Code::NotFound, "channelIds"),
        (json!({ "channelKinds": [] }), Code::Required, "channelKinds"),
        (json!({ "priorities": [] }), Code::Required, "priorities"),
        (json!({ "states": [] }), Code::Required, "states"),
        (json!({ "assigneeIds": ["me"] }), Code::NotFound, "assigneeIds"),
        (json!({ "teamIds": [AGENT] }), Code::NotFound, "teamIds"),
        (json!({ "tags": {} }), Code::Required, "tags"),
        (json!({ "tags": { "hasAny": [] } }), Code::Required, "tags.hasAny"),
        (json!({ "tags": { "hasAny": [TAG], "hasNone": ["vip"] } }), Code::NotFound, "tags.hasNone"),
        (json!({ "customerEmailDomains": ["example.org", "@example.org"] }), Code::Invalid, "customerEmailDomains.1"),
        (json!({ "customerAttribute": { "key": "plan" } }), Code::Required, "customerAttribute"),
        (json!({ "customerAttribute": { "key": "", "equals": "a" } }), Code::Required, "customerAttribute.key"),
        (
            json!({ "customerAttribute": { "key": "plan", "oneOf": ["gold", ""] } }),
            Code::Required,
            "customerAttribute.oneOf.1",
        ),
        (json!({ "text": {} }), Code::Required, "text"),
        (json!({ "text": { "containsAll": ["a", "b", ""] } }), Code::Required, "text.containsAll.2"),
        (json!({ "text": { "matches": "(" } }), Code::Invalid, "text.matches"),
        (json!({ "subject": { "matches": "a".repeat(513) } }), Code::TooLong, "subject.matches"),
        (json!({ "channelKinds": vec!["CHAT"; 101] }), Code::LimitExceeded, "channelKinds"),
        (json!({ "channelIds": vec![CHANNEL; 101] }), Code::LimitExceeded, "channelIds"),
        (json!({ "tags": { "hasAll": vec![TAG; 101] } }), Code::LimitExceeded, "tags.hasAll"),
        (json!({ "text": { "containsAny": vec!["a"; 101] } }), Code::LimitExceeded, "text.containsAny"),
    ] {
        assert_eq!(refused(&leaf), (code, field.to_owned()), "{leaf}");
        let tree = json!({ "all": [{ "unassigned": true }, { "any": [{ "not": leaf }, { "channelIds": [] }] }] });
        assert_eq!(refused(&tree), (code, format!("all.1.any.0.not.{field}")), "{tree}");
    }
}

/// So many conditions in each other, the innermost one without others.
fn deep(depth: usize, field: &str) -> serde_json::Value {
    let leaf = json!({ "unassigned": true });
    (1..depth).fold(leaf, |inner, _| if field == "not" { json!({ "not": inner }) } else { json!({ field: [inner] }) })
}

#[test]
fn conditions_nest_eight_deep() {
    for (field, step) in [("all", "all.0"), ("any", "any.0"), ("not", "not")] {
        assert!(read(&deep(8, field)).is_ok());
        for depth in [9, 10, 30] {
            assert_eq!(refused(&deep(depth, field)), (Code::LimitExceeded, [step; 8].join(".")), "{depth}");
        }
    }
}

#[test]
fn a_tree_has_a_hundred_conditions() {
    let leaf = || json!({ "unassigned": true });
    assert!(read(&json!({ "all": vec![leaf(); 99] })).is_ok());
    assert_eq!(refused(&json!({ "all": vec![leaf(); 100] })), (Code::LimitExceeded, "all.99".to_owned()));
    let full = json!({ "all": [{ "any": vec![leaf(); 60] }, { "not": { "all": vec![leaf(); 36] } }] });
    assert!(read(&full).is_ok());
    let over = json!({ "all": [{ "any": vec![leaf(); 60] }, { "not": { "all": vec![leaf(); 37] } }] });
    assert_eq!(refused(&over), (Code::LimitExceeded, "all.1.not.all.36".to_owned()));
    // What is beyond isn't read.
    let hostile = json!({ "any": vec![json!({ "text": { "matches": r"\w{9}" } }); 5_000] });
    assert_eq!(refused(&hostile), (Code::LimitExceeded, "any.99".to_owned()));
}

#[test]
fn the_patterns_of_a_tree_have_a_thousand_places_together() {
    let pattern = |field: &str, places: usize| json!({ field: { "matches": "x".repeat(places) } });
    let tree = |last: usize| json!({ "all": [pattern("text", 500), { "not": pattern("subject", 400) }, pattern("text", last)] });
    assert!(read(&tree(100)).is_ok());
    assert_eq!(refused(&tree(101)), (Code::LimitExceeded, "all.2.text.matches".to_owned()));
}
