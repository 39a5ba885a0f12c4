//! The guard's limits on documents against a small schema.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use async_graphql::Variables;
use async_graphql::parser::parse_query;
use serde_json::json;

use super::*;
use crate::http::schema_index::SchemaIndex;

const SDL: &str = "
type Query {
  inbox(first: Int, last: Int): ItemConnection
  defaulted(first: Int! = 50): ItemConnection
  changes(first: Int): Page
  nodes(ids: [ID!]!): [Node]!
  me: A
}
type Page { items: [Node!]! }
type ItemConnection { edges: [Edge!]! nodes: [Node!]! total: Int }
type Edge { cursor: ID! node: Node! }
interface Node { id: ID! }
type A implements Node { id: ID! a: Int more(first: Int): ItemConnection tags(first: Int): [A!]! }
type B implements Node { id: ID! b: Int c: Int }
schema { query: Query }
";

fn judge(query: &str, variables: serde_json::Value) -> Result<u64, Refusal> {
    let index = SchemaIndex::from_sdl(SDL).unwrap();
    scan(query)?;
    let document = parse_query(query).unwrap();
    check_shape(&document)?;
    let variables = Variables::from_json(variables);
    let operation = document.operations.iter().next().unwrap().1;
    check_variable_weight(&document, &operation.node, &variables)?;
    cost(&index, &document, &operation.node, &variables)
}

fn points(query: &str) -> u64 {
    judge(query, json!({})).unwrap()
}

fn limit(query: &str) -> Limit {
    judge(query, json!({})).unwrap_err().limit
}

#[test]
fn the_fragment_bomb_is_refused_within_a_millisecond() {
    let mut bomb = "{...A}".to_owned();
    for (name, next) in ('A'..='X').zip('B'..='Y') {
        let _ = write!(bomb, "fragment {name} on Query{{...{next} ...{next} }}");
    }
    bomb.push_str("fragment Y on Query{me{id}}");
    while bomb.len() < 906 {
        bomb.push(' ');
    }
    assert_eq!(bomb.len(), 906);
    let best = (0..20)
        .map(|_| {
            let start = Instant::now();
            scan(&bomb).unwrap();
            let document = parse_query(&bomb).unwrap();
            assert_eq!(check_shape(&document).unwrap_err().limit, Limit::Selections);
            start.elapsed()
        })
        .min()
        .unwrap();
    assert!(best < Duration::from_millis(1), "{best:?}");
}

/// What a page costs beside its entries.
const PAGE: u64 = 25;

#[test]
fn a_list_that_is_no_page_counts_ten_times() {
    let sdl = "type Query { teams: [Team!]! } type Team { members: [Agent!]! name: String } type Agent { teams: [Team!]! id: ID! tags: [String!]! }
        schema { query: Query }";
    let index = SchemaIndex::from_sdl(sdl).unwrap();
    let price = |query: &str| {
        let document = parse_query(query).unwrap();
        let operation = document.operations.iter().next().unwrap().1.clone();
        cost(&index, &document, &operation.node, &Variables::default())
    };
    assert_eq!(price("{ teams { name } }").unwrap(), 10 * 2);
    assert_eq!(price("{ teams { members { id tags } } }").unwrap(), 10 * (1 + 10 * 3));
    let ever_more = "{ teams { members { teams { members { teams { members { id } } } } } } }";
    assert_eq!(price(ever_more).unwrap_err().limit, Limit::Cost);
}

#[test]
fn pages_multiply_what_they_contain() {
    assert_eq!(points("{ me { id } }"), 2);
    assert_eq!(points("{ inbox(first: 10) { total } }"), PAGE + 1);
    assert_eq!(points("{ inbox(first: 10) { edges { node { id } } } }"), PAGE + 10 * 3);
    assert_eq!(points("{ inbox { nodes { id } } }"), PAGE + 25 * 2);
    assert_eq!(points("{ inbox(first: null) { nodes { id } } }"), PAGE + 25 * 2);
    assert_eq!(points("{ inbox(last: 3) { nodes { id } total } }"), PAGE + 1 + 3 * 2);
    assert_eq!(points("{ defaulted { nodes { id } } }"), PAGE + 50 * 2);
    assert_eq!(points("{ changes(first: 4) { items { id } } }"), PAGE + 4 * 2);
    assert_eq!(points("{ inbox(first: 0) { nodes { id } } }"), PAGE + 2);
    assert_eq!(points("{ nodes(ids: [\"a\", \"b\", \"c\"]) { id } }"), 3 * 2);
}

#[test]
fn pages_in_pages_multiply() {
    let inner = "inbox(first: 100) { nodes { ... on A { more(first: 100) { nodes { id } } } } }";
    assert_eq!(limit(&format!("{{ {inner} }}")), Limit::Cost);
    let fragments = "{ inbox(first: 100) { ...C } } fragment C on ItemConnection { nodes { ...N } }
        fragment N on A { more { nodes { id } } }";
    assert_eq!(points(fragments), PAGE + 100 * (1 + PAGE + 25 * 2));
}

#[test]
fn variables_and_their_defaults_are_honoured() {
    let query = "query($n: Int = 5) { inbox(first: $n) { nodes { id } } }";
    assert_eq!(judge(query, json!({})).unwrap(), PAGE + 5 * 2);
    assert_eq!(judge(query, json!({"n": 7})).unwrap(), PAGE + 7 * 2);
    assert_eq!(judge(query, json!({"n": null})).unwrap(), PAGE + 25 * 2);
    assert_eq!(judge(query, json!({"n": 101})).unwrap_err().limit, Limit::Page);
}

#[test]
fn page_sizes_out_of_range_and_two_at_once_are_bad_requests() {
    for query in [
        "{ inbox(first: 101) { total } }",
        "{ inbox(last: 101) { total } }",
        "{ inbox(first: -1) { total } }",
        "{ inbox(first: 99999999999999999999) { total } }",
        "{ inbox(first: 1, last: 1) { total } }",
    ] {
        let refusal = judge(query, json!({})).unwrap_err();
        assert_eq!(refusal.limit, Limit::Page, "{query}");
        assert_eq!(refusal.code, "BAD_REQUEST");
    }
    assert_eq!(points("{ inbox(first: 100, last: null) { total } }"), PAGE + 1);
}

#[test]
fn of_fragments_on_different_objects_only_the_dearest_counts() {
    let query = "{ inbox(first: 10) { nodes { id ... on A { a } ... on B { b c } ... on Node { id } } } }";
    assert_eq!(points(query), PAGE + 10 * (1 + 1 + 2 + 1));
    let named = "{ inbox(first: 10) { nodes { ...X ...Y ...Z } } }
        fragment X on A { a } fragment Y on B { b } fragment Z on B { c }";
    assert_eq!(points(named), PAGE + 10 * (1 + 2));
    assert_eq!(points("{ me { ... on A { a } ... on A { id } } }"), 3, "the same object adds up");
}

#[test]
fn shapes_above_a_limit_are_refused() {
    let nested = |n: usize| format!("{}{}", "{ a ".repeat(n), "}".repeat(n));
    assert!(judge(&nested(20), json!({})).is_ok());
    assert_eq!(limit(&nested(21)), Limit::Depth);
    assert_eq!(limit(&nested(70)), Limit::Nesting);
    let aliases = |n: usize| (0..n).map(|i| format!("a{i}: me {{ id }} ")).collect::<String>();
    assert!(judge(&format!("{{ {} }}", aliases(50)), json!({})).is_ok());
    assert_eq!(limit(&format!("{{ {} }}", aliases(51))), Limit::Aliases);
    let directives = |n: usize| format!("{{ me {} {{ id }} }}", "@skip(if: false) ".repeat(n));
    assert!(judge(&directives(5), json!({})).is_ok());
    assert_eq!(limit(&directives(6)), Limit::Directives);
    assert!(judge(&format!("{{ {} }}", "me ".repeat(2_000)), json!({})).is_ok());
    assert_eq!(limit(&format!("{{ {} }}", "me ".repeat(2_001))), Limit::Selections);
    assert_eq!(limit("{ ...A } fragment A on Query { me { ...A } }"), Limit::Selections);
}

#[test]
fn brackets_in_strings_and_comments_do_not_count() {
    let many = "[".repeat(500);
    assert!(scan(&format!("{{ a(b: \"{many}\", c: \"\"\"{many} \\\"\"\" {many}\"\"\") }} # {many}")).is_ok());
    assert!(scan(&format!("{{ a(b: \"\\\\\", c: {many}")).is_err());
    assert!(scan(&format!("{{ a(b: \"\", c: {many}")).is_err());
    assert!(scan(&format!("# a \r{many}")).is_err(), "a carriage return ends a comment");
    assert!(scan(&format!("{{ a(b: \"\"\" \" {many}")).is_err(), "an open block string");
}

#[test]
fn the_usual_introspection_passes() {
    let depth = 9;
    let of_type = "ofType { kind name ".repeat(depth) + &"}".repeat(depth);
    let query = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }}
          subscriptionType {{ name kind }} types {{ ...FullType }}
          directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
        fragment FullType on __Type {{ kind name description specifiedByURL isOneOf
          fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...InputValue }}
            type {{ ...TypeRef }} isDeprecated deprecationReason }}
          inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
          enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
          possibleTypes {{ ...TypeRef }} }}
        fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue isDeprecated deprecationReason }}
        fragment TypeRef on __Type {{ kind name {of_type} }}"
    );
    let cost = points(&query);
    assert!((150..400).contains(&cost), "{cost}");
    let big = (0..400).map(|n| format!("type T{n} {{ a: Int }} ")).collect::<String>();
    let index = SchemaIndex::from_sdl(&format!("{SDL} {big}")).unwrap();
    let document = parse_query(&query).unwrap();
    let operation = document.operations.iter().next().unwrap().1;
    assert!(super::cost(&index, &document, &operation.node, &Variables::default()).is_ok());
}

#[test]
fn a_bulk_call_is_a_page_of_the_conversations_it_names_or_of_as_many_as_there_may_be() {
    let sdl = "type Query { a: Int } type Mutation { bulkApplyActions(input: Input!): BulkPayload } input Input { target: Target! }
        input Target { conversationIds: [ID!] matching: Boolean } type BulkPayload { results: [BulkResult!]! changedCount: Int! userErrors: [Item!]! }
        type BulkResult { conversation: Item userErrors: [Item!]! } type Item { id: ID! }
        schema { query: Query mutation: Mutation }";
    let index = SchemaIndex::from_sdl(sdl).unwrap();
    let price = |input: &str, variables: serde_json::Value| {
        let variables = Variables::from_json(variables);
        let query = format!(
            "mutation($i: Input, $t: Target, $ids: [ID!]) {{ bulkApplyActions(input: {input}) {{
                results {{ conversation {{ id }} userErrors {{ id }} }} changedCount userErrors {{ id }} }} }}"
        );
        let document = parse_query(query).unwrap();
        let operation = document.operations.iter().next().unwrap().1;
        cost(&index, &document, &operation.node, &variables).unwrap()
    };
    // Each is worked on, and answered for; the call's own refusal is one at most.
    let of = |conversations: u64| PAGE + 1 + 2 + conversations * (1 + 1 + 2 + 2);
    assert_eq!(price("{ target: { conversationIds: [\"a\", \"b\"] } }", json!({})), of(2));
    assert_eq!(price("{ target: { conversationIds: $ids } }", json!({ "ids": ["a", "b", "c"] })), of(3));
    assert_eq!(price("{ target: $t }", json!({ "t": { "conversationIds": ["a"] } })), of(1));
    assert_eq!(price("$i", json!({ "i": { "target": { "conversationIds": ["a", "b"] } } })), of(2));
    assert_eq!(price("$i", json!({ "i": { "target": { "conversationIds": [] } } })), of(1));
    for most in [json!({ "matching": true }), json!({ "conversationIds": vec!["a"; 501] }), json!({})] {
        assert_eq!(price("$i", json!({ "i": { "target": most } })), of(500));
    }
}
