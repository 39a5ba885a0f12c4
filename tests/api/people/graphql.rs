//! People and channels over the schema, as a request of a viewer.

use entity::enums::{AgentRole, ChannelKind, ChannelVisibility, Scope};
use entity::ids::{AgentId, IntegrationId, TokenId};
use serde_json::{Value, json};
use switchboard::domain::actor::Actor;
use switchboard::domain::channel::NewChannel;
use switchboard::domain::cursor::Cursor;
use switchboard::domain::permission::{ChannelAccess, Principal, Viewer};
use switchboard::domain::scope_set::ScopeSet;
use switchboard::graphql::reader::{Reader, Session};
use switchboard::graphql::schema::build;

use super::support::{House, channel, in_a_house, start};
use crate::support::both;

both!(in_a_house: an_admin_makes_people_and_reads_them_back, a_missing_scope_is_an_error_and_a_missing_role_a_refusal, agents_change_themselves_within_bounds, a_hidden_channel_does_not_exist, customers_are_cut_without_the_scope_and_searched_with_it, tokens_are_answered_once_and_listed_to_their_owners, nested_people_cost_no_statement_a_row, viewers_learn_who_they_are);

impl House {
    /// Executes an operation for a viewer; data and errors as a client reads them.
    async fn ask(&self, viewer: &Viewer, operation: &str) -> Value {
        let head = self.service.store.head().await.unwrap();
        let session = Session {
            viewer: viewer.clone(),
            head: Cursor { epoch: head.epoch, seq: head.last_seq },
            setup_seq: head.setup_seq,
        };
        let request = async_graphql::Request::new(operation).data(Reader::new(self.service.clone(), session));
        serde_json::to_value(build().execute(request).await).unwrap()
    }
}

fn person(id: AgentId, role: AgentRole) -> Viewer {
    viewer(Principal::Agent { id, role }, ScopeSet::all())
}

fn machine(scopes: &[Scope]) -> Viewer {
    viewer(Principal::Integration { id: IntegrationId::new(start()) }, scopes.iter().copied().collect())
}

fn viewer(principal: Principal, scopes: ScopeSet) -> Viewer {
    let token = TokenId::new(start());
    Viewer { principal, token, scopes, channels: ChannelAccess::All, time_zone: "UTC".to_owned() }
}

async fn an_admin_makes_people_and_reads_them_back(house: &House) {
    let ada = person(house.admin("ada").await, AgentRole::Admin);
    let answer = house
        .ask(
            &ada,
            r#"mutation {
                a: createAgent(input: {handle: "Bob", name: "Bob", email: "bob@example.org", timeZone: "Europe/Lisbon"}) {
                    agent { handle role availability timeZone capacity openConversationCount } changed userErrors { code }
                }
                b: createAgent(input: {handle: "bob", name: "Eve", email: "eve@example.org"}) {
                    agent { id } changed userErrors { code field }
                }
                t: createTeam(input: {slug: "sales", name: "Sales"}) { team { slug autoAssignment members { id } } }
                c: createChannel(input: {name: "Chat", kind: CHAT, policy: {reopenWindow: null}}) {
                    channel { kind visibility policy { autoCloseAfter autoCloseWhileWaiting reopenWindow } }
                }
            }"#,
        )
        .await;
    assert_eq!(
        answer["data"],
        json!({
            "a": {"agent": {"handle": "bob", "role": "AGENT", "availability": "ONLINE", "timeZone": "Europe/Lisbon",
                "capacity": null, "openConversationCount": 0}, "changed": true, "userErrors": []},
            "b": {"agent": null, "changed": false, "userErrors": [{"code": "TAKEN", "field": ["input", "handle"]}]},
            "t": {"team": {"slug": "sales", "autoAssignment": "OFF", "members": []}},
            "c": {"channel": {"kind": "CHAT", "visibility": "EVERYONE",
                "policy": {"autoCloseAfter": null, "autoCloseWhileWaiting": true, "reopenWindow": null}}},
        })
    );
    let answer = house.ask(&ada, "{ agents { totalCount nodes { name } } teams { name } channels { name } }").await;
    assert_eq!(
        answer["data"],
        json!({"agents": {"totalCount": 2, "nodes": [{"name": "ADA"}, {"name": "Bob"}]},
            "teams": [{"name": "Sales"}], "channels": [{"name": "Chat"}]})
    );
}

async fn a_missing_scope_is_an_error_and_a_missing_role_a_refusal(house: &House) {
    let bob = person(house.agent("bob").await, AgentRole::Agent);
    let make = r#"mutation { createTeam(input: {slug: "x", name: "X"}) { userErrors { code field } } }"#;
    assert_eq!(
        house.ask(&bob, make).await["data"]["createTeam"]["userErrors"],
        json!([{"code": "FORBIDDEN", "field": null}])
    );
    let answer = house.ask(&machine(&[Scope::CustomersRead]), make).await;
    assert_eq!(answer["data"], json!({"createTeam": null}));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(house.ask(&machine(&[Scope::Admin]), make).await["data"]["createTeam"]["userErrors"], json!([]));
}

async fn agents_change_themselves_within_bounds(house: &House) {
    let id = house.agent("bob").await;
    let bob = person(id, AgentRole::Agent);
    let own = format!(
        r#"mutation {{
            a: updateAgent(input: {{agentId: "{id}", name: "Robert", availability: AWAY}}) {{ agent {{ name availability }} changed }}
            b: updateAgent(input: {{agentId: "{id}", role: ADMIN}}) {{ userErrors {{ code field }} }}
            c: updateAgent(input: {{agentId: "{id}", name: null}}) {{ userErrors {{ code field }} }}
            d: updateAgent(input: {{agentId: "{id}", name: "Bobby"}}) {{ agent {{ name }} }}
        }}"#
    );
    assert_eq!(
        house.ask(&bob, &own).await["data"],
        json!({
            "a": {"agent": {"name": "Robert", "availability": "AWAY"}, "changed": true},
            "b": {"userErrors": [{"code": "FORBIDDEN", "field": ["input", "role"]}]},
            "c": {"userErrors": [{"code": "REQUIRED", "field": ["input", "name"]}]},
            "d": {"agent": {"name": "Bobby"}},
        })
    );
}

async fn a_hidden_channel_does_not_exist(house: &House) {
    let open = house.channel("Open", ChannelKind::Chat).await;
    let new = NewChannel { visibility: ChannelVisibility::Restricted, ..channel("Secret", ChannelKind::Email) };
    let secret = house.service.create_channel(Actor::Clock, &new).await.unwrap().id;
    let bob = person(house.agent("bob").await, AgentRole::Agent);
    let bob = Viewer { channels: ChannelAccess::Except(vec![secret]), ..bob };
    let ask = format!(r#"{{ channels {{ name }} nodes(ids: ["{secret}", "{open}", "x"]) {{ id __typename }} }}"#);
    let answer = house.ask(&bob, &ask).await;
    assert_eq!(
        answer["data"],
        json!({"channels": [{"name": "Open"}], "nodes": [null, {"id": open.to_string(), "__typename": "Channel"}, null]})
    );
}

async fn customers_are_cut_without_the_scope_and_searched_with_it(house: &House) {
    let write = machine(&[Scope::CustomersWrite]);
    let all = machine(&[Scope::CustomersWrite, Scope::CustomersRead]);
    let upsert = r#"mutation { upsertCustomer(input: {externalId: "u_1%", fullName: "Zoë Ångström", email: "Zoe@example.org",
        attributes: {plan: "pro"}, blocked: true}) {
        changed customer { displayName fullName email externalId attributes blocked } userErrors { code } } }"#;
    let cut = json!({"displayName": "Zoë Ångström", "fullName": null, "email": null, "externalId": null, "attributes": {}, "blocked": false});
    let answer = house.ask(&write, upsert).await;
    assert_eq!(answer["data"]["upsertCustomer"], json!({"changed": true, "customer": cut, "userErrors": []}));
    let answer = house.ask(&all, upsert).await;
    assert_eq!(answer["data"]["upsertCustomer"]["changed"], false);
    assert_eq!(answer["data"]["upsertCustomer"]["customer"]["attributes"], json!({"plan": "pro"}));
    for (search, found) in [("ångstrÖM", 1), ("ZOE@", 1), ("u_1%", 1), ("u%1", 0), ("", 1)] {
        let ask = format!(r#"{{ customers(search: "{search}") {{ totalCount nodes {{ id }} }} }}"#);
        assert_eq!(house.ask(&all, &ask).await["data"]["customers"]["totalCount"], found, "{search}");
    }
    let answer = house
        .ask(&all, r#"{ customer(email: " zoe@EXAMPLE.org") { fullName } none: customer(externalId: "x") { id } }"#)
        .await;
    assert_eq!(answer["data"], json!({"customer": {"fullName": "Zoë Ångström"}, "none": null}));
    let answer = house.ask(&all, r#"{ customer { id } }"#).await;
    assert_eq!(
        (&answer["data"], &answer["errors"][0]["extensions"]["code"]),
        (&json!({"customer": null}), &json!("BAD_REQUEST"))
    );
    assert_eq!(
        house.ask(&write, "{ customers { nodes { id } } }").await["errors"][0]["extensions"]["code"],
        "FORBIDDEN"
    );
}

async fn tokens_are_answered_once_and_listed_to_their_owners(house: &House) {
    let ada = person(house.admin("ada").await, AgentRole::Admin);
    let bob_id = house.agent("bob").await;
    let bob = person(bob_id, AgentRole::Agent);
    let create = |owner: &str| {
        format!(
            r#"mutation {{ createApiToken(input: {{name: "t", owner: {{{owner}}}, scopes: [ADMIN, CONVERSATIONS_READ]}}) {{
                secret apiToken {{ id scopes channels {{ id }} owner {{ __typename }} revokedAt }} userErrors {{ code field }} }} }}"#
        )
    };
    let own = house.ask(&ada, &create(&format!(r#"agentId: "{bob_id}""#))).await;
    let token = &own["data"]["createApiToken"];
    assert!(token["secret"].as_str().unwrap().starts_with("swb_agent_"), "{own}");
    assert_eq!(token["apiToken"]["scopes"], json!(["CONVERSATIONS_READ", "ADMIN"]));
    let other = house.ask(&ada, &create(r#"newIntegrationName: "Gateway""#)).await;
    let other = other["data"]["createApiToken"]["apiToken"]["id"].as_str().unwrap().to_owned();
    let list = format!(r#"{{ apiTokens {{ name owner {{ __typename }} }} node(id: "{other}") {{ id }} }}"#);
    assert_eq!(
        house.ask(&bob, &list).await["data"],
        json!({"apiTokens": [{"name": "t", "owner": {"__typename": "Agent"}}], "node": null})
    );
    assert_eq!(house.ask(&ada, &list).await["data"]["apiTokens"].as_array().unwrap().len(), 2);
    assert_eq!(house.ask(&machine(&[]), "{ apiTokens { id } }").await["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let revoke = format!(
        r#"mutation {{ revokeApiToken(input: {{apiTokenId: "{other}"}}) {{ apiToken {{ revokedAt }} userErrors {{ code }} }} }}"#
    );
    let first = house.ask(&ada, &revoke).await;
    assert_eq!(first["data"]["revokeApiToken"]["apiToken"]["revokedAt"], "2026-03-02T09:00:00Z");
    assert_eq!(house.ask(&ada, &revoke).await, first);
}

async fn nested_people_cost_no_statement_a_row(house: &House) {
    let ada = person(house.admin("ada").await, AgentRole::Admin);
    for n in 0..5 {
        let member = house.agent(&format!("a{n}")).await;
        house.team(&format!("t{n}"), &[member]).await;
    }
    let ask = "{ teams { members { teams { name } openConversationCount } openConversationCount } }";
    let before = house.service.store.statements();
    let answer = house.ask(&ada, ask).await;
    assert_eq!(answer["data"]["teams"][4]["members"][0]["teams"], json!([{"name": "T4"}]));
    // The helper's own head, teams, members with their names, their teams with names, two counts.
    assert!(house.service.store.statements() - before <= 8, "{}", house.service.store.statements() - before);
}

async fn viewers_learn_who_they_are(house: &House) {
    let bob = person(house.agent("bob").await, AgentRole::Agent);
    let answer = house.ask(&bob, "{ viewer { __typename ... on Agent { handle email } } viewerScopes }").await;
    assert_eq!(answer["data"]["viewer"], json!({"__typename": "Agent", "handle": "bob", "email": "bob@example.org"}));
    assert!(!answer["data"]["viewerScopes"].as_array().unwrap().contains(&json!("ADMIN")));
    let many = vec!["\"x\""; 101].join(",");
    let answer = house.ask(&bob, &format!("{{ nodes(ids: [{many}]) {{ id }} }}")).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_REQUEST");
}
