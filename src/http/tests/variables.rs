//! Omitted variables, defaults, required ones, and where they may be used.

use serde_json::json;

use super::{data, front, post};

const ECHO: &str =
    "query E($team: String, $scope: Scope, $filter: Filter) { echo(team: $team, scope: $scope, filter: $filter) }";

#[tokio::test]
async fn an_omitted_variable_leaves_its_argument_out() {
    let answer = data(ECHO, json!({})).await;
    assert_eq!(answer["echo"], "team=omitted scope=all filter=none words=None");
    let answer = data(ECHO, json!({"team": null})).await;
    assert_eq!(answer["echo"], "team=null scope=all filter=none words=None");
    let answer = data(ECHO, json!({"team": "t", "scope": "MINE"})).await;
    assert_eq!(answer["echo"], "team=t scope=mine filter=none words=None");
}

#[tokio::test]
async fn an_omitted_variable_leaves_its_input_field_out_at_any_depth() {
    let query = "query E($a: String, $b: Int, $c: String) {
        echo(filter: {team: $a, size: $b, tags: [\"x\", $c], inner: {team: $a}}) }";
    let answer = data(query, json!({})).await;
    let all = "team=omitted tags=Some([Some(\"x\"), None]) size=7 inner=(team=omitted tags=None size=7 inner=none)";
    assert_eq!(answer["echo"], format!("team=omitted scope=all filter=({all}) words=None"));
    let answer = data(query, json!({"a": null, "b": 3, "c": "y"})).await;
    let all = "team=null tags=Some([Some(\"x\"), Some(\"y\")]) size=3 inner=(team=null tags=None size=7 inner=none)";
    assert_eq!(answer["echo"], format!("team=omitted scope=all filter=({all}) words=None"));
}

#[tokio::test]
async fn omitted_variables_in_fragments_objects_and_lists_too() {
    let query = "query E($first: Int) { list { ...F } } fragment F on Item { items(first: $first) { n } }";
    let answer = post(&front(), query, json!({})).await;
    assert_eq!(answer.json["data"]["list"][2]["items"].as_array().unwrap().len(), 25, "{}", answer.text);
    let answer = data(query, json!({"first": 2})).await;
    assert_eq!(answer["list"][2]["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_kept_document_is_not_edited() {
    let front = front();
    for _ in 0..2 {
        let answer = post(&front, ECHO, json!({})).await;
        assert_eq!(answer.json["data"]["echo"], "team=omitted scope=all filter=none words=None");
        let answer = post(&front, ECHO, json!({"team": "t", "scope": "MINE", "filter": {"size": 1}})).await;
        let echo = "team=t scope=mine filter=(team=omitted tags=None size=1 inner=none) words=None";
        assert_eq!(answer.json["data"]["echo"], echo);
    }
}

#[tokio::test]
async fn a_default_is_used_and_null_beats_it() {
    let query = "query E($team: String = \"d\") { echo(team: $team) }";
    assert!(data(query, json!({})).await["echo"].as_str().unwrap().starts_with("team=d "));
    let answer = data(query, json!({"team": null})).await;
    assert!(answer["echo"].as_str().unwrap().starts_with("team=null "));
}

#[tokio::test]
async fn defaults_count_under_include_and_skip() {
    let query = "query E($yes: Boolean = true) { hello @include(if: $yes) b: hello @skip(if: $yes) }";
    assert_eq!(data(query, json!({})).await, json!({"hello": "world"}));
    assert_eq!(data(query, json!({"yes": false})).await, json!({"b": "world"}));
}

#[tokio::test]
async fn operations_that_share_fragments_do_not_disturb_each_other() {
    let query = "query A($t: String) { ...F } query B($t: String, $u: Int) { ...F inbox(first: $u) { totalCount } }
        fragment F on Query { echo(team: $t) }";
    let body = json!({"query": query, "operationName": "A"});
    let answer = super::send(super::router(front()), super::request(body)).await;
    assert_eq!(answer.json, json!({"data": {"echo": "team=omitted scope=all filter=none words=None"}}));
}

#[tokio::test]
async fn positions_the_specification_allows_are_allowed() {
    let query = "query E($words: [String!]!, $scope: Scope) { echo(words: $words, scope: $scope) }";
    let answer = data(query, json!({"words": ["a"]})).await;
    assert_eq!(answer["echo"], "team=omitted scope=all filter=none words=Some([\"a\"])");
    let answer = post(&front(), query, json!({"words": ["a"], "scope": null})).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_REQUEST"), "{}", answer.text);
}

#[tokio::test]
async fn positions_it_refuses_are_refused_even_when_omitted() {
    for query in [
        "query E($team: Int) { echo(team: $team) }",
        "query E($ids: [String!]) { nodes(ids: $ids) { id } }",
        "query E($n: Int) { inbox(filter: {size: $n, team: $n}) { totalCount } }",
        "query E($yes: Boolean) { hello @include(if: $yes) }",
        "query E($unused: Int) { hello }",
        "{ echo(team: $undefined) }",
    ] {
        let answer = post(&front(), query, json!({})).await;
        let found = (answer.status.as_u16(), answer.code());
        assert_eq!(found, (400, "GRAPHQL_VALIDATION_FAILED"), "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn variables_that_do_not_fit_are_request_errors() {
    let query = "query E($ids: [String!]!, $scope: Scope, $f: Filter) { nodes(ids: $ids) { id } echo(scope: $scope, filter: $f) }";
    for variables in [
        json!({}),
        json!({"ids": null}),
        json!({"ids": [null]}),
        json!({"ids": ["a"], "scope": "NOBODY"}),
        json!({"ids": ["a"], "f": {"nothing": 1}}),
        json!({"ids": ["a"], "f": {"size": "large"}}),
    ] {
        let answer = post(&front(), query, variables.clone()).await;
        let found = (answer.status.as_u16(), answer.code());
        assert_eq!(found, (400, "BAD_REQUEST"), "{variables}: {}", answer.text);
        assert!(answer.json.get("data").is_none(), "{}", answer.text);
    }
}
