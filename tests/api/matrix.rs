//! Every operation over HTTP × principal × relation to the channel × the scope it needs, there or not (semantics §9): a table that
//! people review, and the proof that no root field of the schema is forgotten in it.

mod following;
mod stage;

use std::cell::Cell;
use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use entity::enums::Scope;
use serde_json::json;

use self::stage::Stage;
use crate::support::organisation::{EVERYTHING, Person};
use crate::support::snapshot::{aligned, matches};
use crate::support::{World, both};

both!(the_matrix_holds_over_http);

/// Whether it matters on which channel an operation is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Channel,
    Nothing,
}
use About::{Channel, Nothing};

/// An operation, the scope it needs, and what it is about; which scope that is, `permission.txt` says.
const OPERATIONS: &[(&str, Option<Scope>, About)] = &[
    ("conversation", Some(Scope::ConversationsRead), Channel),
    ("conversations", Some(Scope::ConversationsRead), Channel),
    ("inbox", Some(Scope::ConversationsRead), Channel),
    ("history", Some(Scope::ConversationsRead), Channel),
    ("inboxCounts", Some(Scope::ConversationsRead), Nothing),
    ("conversationChanges", Some(Scope::ConversationsRead), Channel),
    ("tickets", Some(Scope::TicketsRead), Nothing),
    ("tickets (of a conversation)", Some(Scope::ConversationsRead), Channel),
    ("ticket", Some(Scope::TicketsRead), Nothing),
    ("ticketChanges", Some(Scope::TicketsRead), Nothing),
    ("conversationChanged", Some(Scope::ConversationsRead), Channel),
    ("conversationsChanged", Some(Scope::ConversationsRead), Channel),
    ("followedConversationsChanged", Some(Scope::ConversationsRead), Nothing),
    ("viewChanged", Some(Scope::ConversationsRead), Channel),
    ("notificationReceived", Some(Scope::ConversationsRead), Nothing),
    ("ticketChanged", Some(Scope::TicketsRead), Nothing),
    ("node", Some(Scope::ConversationsRead), Channel),
    ("node (of a ticket)", Some(Scope::TicketsRead), Nothing),
    ("receiveMessage", Some(Scope::MessagesReceive), Channel),
    ("previewRouting", Some(Scope::MessagesReceive), Channel),
    ("reply", Some(Scope::MessagesSend), Channel),
    ("startConversation", Some(Scope::MessagesSend), Channel),
    ("reportDelivery", Some(Scope::MessagesSend), Channel),
    ("assignConversation", Some(Scope::ConversationsWrite), Channel),
    ("addTags", Some(Scope::ConversationsWrite), Channel),
    ("removeTags", Some(Scope::ConversationsWrite), Channel),
    ("setPriority", Some(Scope::ConversationsWrite), Channel),
    ("snoozeConversation", Some(Scope::ConversationsWrite), Channel),
    ("wakeConversation", Some(Scope::ConversationsWrite), Channel),
    ("closeConversation", Some(Scope::ConversationsWrite), Channel),
    ("reopenConversation", Some(Scope::ConversationsWrite), Channel),
    ("updateConversation", Some(Scope::ConversationsWrite), Channel),
    ("linkConversations", Some(Scope::ConversationsWrite), Channel),
    ("unlinkConversations", Some(Scope::ConversationsWrite), Channel),
    ("markAsSpam", Some(Scope::ConversationsWrite), Channel),
    ("markAsSpam (blocking)", Some(Scope::CustomersWrite), Channel),
    ("restoreFromSpam", Some(Scope::ConversationsWrite), Channel),
    ("restoreFromSpam (unblocking)", Some(Scope::CustomersWrite), Channel),
    ("applyActions", Some(Scope::ConversationsWrite), Channel),
    ("applyActions (replying)", Some(Scope::MessagesSend), Channel),
    ("applyActions (blocking)", Some(Scope::CustomersWrite), Channel),
    ("applyActions (unblocking)", Some(Scope::CustomersWrite), Channel),
    ("bulkApplyActions (named)", Some(Scope::ConversationsWrite), Channel),
    ("bulkApplyActions (matching)", Some(Scope::ConversationsWrite), Channel),
    ("bulkApplyActions (replying)", Some(Scope::MessagesSend), Channel),
    ("bulkApplyActions (blocking)", Some(Scope::CustomersWrite), Channel),
    ("createTicket", Some(Scope::TicketsWrite), Nothing),
    ("createTicket (conversation)", Some(Scope::TicketsWrite), Channel),
    ("updateTicket", Some(Scope::TicketsWrite), Nothing),
    ("linkTicket", Some(Scope::TicketsWrite), Channel),
    ("unlinkTicket", Some(Scope::TicketsWrite), Channel),
    ("addNote", Some(Scope::ConversationsWrite), Channel),
    ("editNote", Some(Scope::ConversationsWrite), Channel),
    ("deleteNote", Some(Scope::ConversationsWrite), Channel),
    ("addFollowers", Some(Scope::ConversationsWrite), Channel),
    ("removeFollowers", Some(Scope::ConversationsWrite), Channel),
    ("followConversation", None, Channel),
    ("unfollowConversation", None, Channel),
    ("markConversationRead", None, Channel),
    ("markConversationUnread", None, Channel),
    ("notifications", Some(Scope::ConversationsRead), Nothing),
    ("markNotificationsRead", None, Nothing),
    ("customers", Some(Scope::CustomersRead), Nothing),
    ("customer", Some(Scope::CustomersRead), Nothing),
    ("upsertCustomer", Some(Scope::CustomersWrite), Nothing),
    ("createTag (as an agent)", Some(Scope::ConversationsWrite), Nothing),
    ("createTag (as an integration)", Some(Scope::Admin), Nothing),
    ("updateTag (as an agent)", Some(Scope::ConversationsWrite), Nothing),
    ("updateTag (as an integration)", Some(Scope::Admin), Nothing),
    ("deleteTag", Some(Scope::Admin), Nothing),
    ("createMacro (as an agent)", Some(Scope::ConversationsWrite), Nothing),
    ("createMacro (as an integration)", Some(Scope::Admin), Nothing),
    ("updateMacro (as an agent)", Some(Scope::ConversationsWrite), Nothing),
    ("updateMacro (as an integration)", Some(Scope::Admin), Nothing),
    ("deleteMacro (as an agent)", Some(Scope::ConversationsWrite), Nothing),
    ("deleteMacro (as an integration)", Some(Scope::Admin), Nothing),
    ("workflows", Some(Scope::Admin), Nothing),
    ("testWorkflow", Some(Scope::Admin), Channel),
    ("testWorkflow (reading)", Some(Scope::ConversationsRead), Channel),
    ("createWorkflow", Some(Scope::Admin), Channel),
    ("updateWorkflow", Some(Scope::Admin), Nothing),
    ("deleteWorkflow", Some(Scope::Admin), Nothing),
    ("node (of a run)", Some(Scope::ConversationsRead), Channel),
    ("createAgent", Some(Scope::Admin), Nothing),
    ("deactivateAgent", Some(Scope::Admin), Nothing),
    ("reactivateAgent", Some(Scope::Admin), Nothing),
    ("createTeam", Some(Scope::Admin), Nothing),
    ("updateTeam", Some(Scope::Admin), Nothing),
    ("deleteTeam", Some(Scope::Admin), Nothing),
    ("createChannel", Some(Scope::Admin), Nothing),
    ("updateChannel", Some(Scope::Admin), Channel),
    ("createApiToken", Some(Scope::Admin), Channel),
    ("revokeApiToken", Some(Scope::Admin), Nothing),
    ("apiTokens", Some(Scope::Admin), Nothing),
    ("updateAgent (somebody else)", Some(Scope::Admin), Nothing),
    ("updateAgent (oneself)", None, Nothing),
    ("updateAgent (own role)", Some(Scope::Admin), Nothing),
];

/// Root fields without a rule of their own, and why.
const WITHOUT_A_RULE: [(&str, &str); 10] = [
    ("viewer", "whose the token is"),
    ("viewerScopes", "what the token may be used for"),
    ("snoozePresets", "what the clock says, in the viewer's own time zone"),
    ("eventCursor", "a position, which tells nothing of what lies before it"),
    ("nodes", "many times `node`"),
    ("agents", "every token reads them; tests/api/people.rs has what is cut"),
    ("teams", "every token reads them"),
    ("tags", "every token reads them"),
    ("macros", "every token reads them"),
    ("channels", "every token reads those it sees; tests/api/people.rs has which these are"),
];

async fn the_matrix_holds_over_http(world: &World) {
    let organisation = world.organisation();
    let open = (world.opened().await, &*organisation.mail);
    let restricted = (world.hidden().await, &*organisation.vip);
    told_of(world, &open.0).await;
    let ticket = world.ticket(json!({ "title": "Of both" })).await;
    for (id, _) in [&open, &restricted] {
        world.track(&ticket, id).await;
    }
    let runs = ran_on(world, [&open.0, &restricted.0]).await;
    let mut rows = vec![["operation", "principal", "channel", "with its scope", "without"].map(str::to_owned).to_vec()];
    let principals: [(&str, &Person, Option<&[&str]>); 3] = [
        ("admin", &organisation.ada, None),
        ("agent", &organisation.bea, None),
        ("integration", &organisation.robot, Some(&[organisation.mail.as_str()])),
    ];
    for &(operation, scope, about) in OPERATIONS {
        for (principal, owner, channels) in principals {
            let all = world.client(&world.token(&owner.id, &EVERYTHING, channels).await);
            let less: Vec<Scope> = EVERYTHING.into_iter().filter(|other| Some(*other) != scope).collect();
            let less = world.client(&world.token(&owner.id, &less, channels).await);
            let relations = match about {
                Channel => vec![("open", &open), ("restricted", &restricted)],
                Nothing => vec![("-", &open)],
            };
            for (relation, (id, channel)) in relations {
                let stage = Stage {
                    world,
                    id,
                    channel,
                    ticket: &ticket,
                    run: &runs[usize::from(relation == "restricted")],
                    own: &owner.id,
                    turn: rows.len(),
                    tries: Cell::new(0),
                };
                let with = stage.try_it(operation, &all).await;
                let without = if scope.is_some() { stage.try_it(operation, &less).await } else { "-".to_owned() };
                rows.push([operation, principal, relation, &with, &without].map(str::to_owned).to_vec());
            }
        }
    }
    matches("permission_http.txt", &aligned(&rows));
}

/// A run of a workflow on each of these conversations.
async fn ran_on(world: &World, conversations: [&str; 2]) -> [String; 2] {
    let workflow = world.workflow("ran", json!({ "trigger": "TAGGED" })).await;
    let tag = world.tag("ran").await;
    for id in conversations {
        world.tagged(id, &[&tag]).await;
    }
    world.run_due().await;
    world.update_workflow(&workflow, json!({ "enabled": false })).await.changed();
    let runs = world.runs(&world.ada(), &workflow).await;
    let run = |id: &str| runs.iter().find(|run| run["conversation"]["id"] == id).unwrap();
    conversations.map(|id| run(id)["id"].as_str().unwrap().to_owned())
}

/// Admin and agent are told of something.
async fn told_of(world: &World, id: &str) {
    let organisation = world.organisation();
    let followers = json!({ "conversationId": id, "agentIds": [organisation.ada.id, organisation.bea.id] });
    world.carl().mutate("addFollowers", followers).await.changed();
    world.carl().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
}

#[test]
fn every_root_field_is_in_the_matrix() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let schema = parse_schema(std::fs::read_to_string(path).unwrap()).unwrap();
    let mut fields = BTreeSet::new();
    for definition in schema.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(object) = definition.node.kind else { continue };
        if ["Query", "Mutation", "Subscription"].contains(&definition.node.name.node.as_str()) {
            fields.extend(object.fields.into_iter().map(|field| field.node.name.node.to_string()));
        }
    }
    let tried = OPERATIONS.iter().map(|(name, ..)| name.split(' ').next().unwrap().to_owned());
    let without = WITHOUT_A_RULE.iter().map(|(name, why)| {
        assert!(!why.is_empty(), "say why {name} needs no rule");
        (*name).to_owned()
    });
    let known: BTreeSet<String> = tried.chain(without).collect();
    assert_eq!(fields, known, "left: the schema; right: the matrix and what needs no rule");
}
