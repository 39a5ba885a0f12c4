//! What a viewer may not see answers exactly like what doesn't exist (semantics §9): every place of the schema where an operation
//! takes an id, with a hidden id and with an unknown one, the whole answers compared. No place is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use serde_json::{Value, json};

use crate::support::client::document;
use crate::support::organisation::EVERYTHING;
use crate::support::{Client, World, both, workflows};

both!(a_hidden_id_answers_like_an_unknown_one_everywhere);

/// What an id can name that may be hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Conversation,
    Channel,
    Message,
    Note,
    Notification,
    Run,
}
use Kind::{Channel, Conversation, Message, Note, Notification, Run};

/// A place that takes an id, what it names, and the operation with `?` where the id goes.
type Place = (&'static str, Kind, fn(&World) -> (String, Value));

fn query(selection: &str) -> (String, Value) {
    (format!("query($id: ID!) {{ {} }}", selection.replace('?', "$id")), Value::Null)
}

fn mutation(name: &str, input: Value) -> (String, Value) {
    (document(name), input)
}

const PLACES: &[Place] = &[
    ("node.id", Conversation, |_| query("node(id: ?) { __typename id }")),
    ("node.id", Channel, |_| query("node(id: ?) { __typename id }")),
    ("node.id", Message, |_| query("node(id: ?) { __typename id }")),
    ("node.id", Note, |_| query("node(id: ?) { __typename id }")),
    ("node.id", Notification, |_| query("node(id: ?) { __typename id }")),
    ("node.id", Run, |_| query("node(id: ?) { __typename id }")),
    ("nodes.ids", Conversation, |_| query("nodes(ids: [?]) { __typename id }")),
    ("nodes.ids", Note, |_| query("nodes(ids: [?]) { __typename id }")),
    ("conversation.id", Conversation, |_| query("conversation(id: ?) { id number }")),
    ("inbox.filter.channelIds", Channel, |_| query("inbox(filter: { channelIds: [?] }) { nodes { id } totalCount }")),
    ("history.filter.channelIds", Channel, |_| {
        query("history(filter: { channelIds: [?] }) { nodes { id } totalCount }")
    }),
    ("conversations.filter.channelIds", Channel, |_| {
        query("conversations(filter: { channelIds: [?] }) { nodes { id } totalCount }")
    }),
    ("conversationChanges.filter.channelIds", Channel, |_| {
        query("conversationChanges(filter: { channelIds: [?] }) { nodes { cursor } hasMore }")
    }),
    ("tickets.filter.conversationIds", Conversation, |_| {
        query("tickets(filter: { conversationIds: [?] }) { nodes { id } totalCount }")
    }),
    ("previewRouting.input.channelId", Channel, |_| {
        query("previewRouting(input: { channelId: ?, customer: { email: \"a@example.com\" }, text: \"t\" }) { reason }")
    }),
    ("receiveMessage.input.channelId", Channel, |_| {
        mutation("receiveMessage", json!({ "channelId": "?", "customer": { "email": "a@example.com" }, "text": "t" }))
    }),
    ("startConversation.input.channelId", Channel, |_| {
        mutation(
            "startConversation",
            json!({ "channelId": "?", "customer": { "email": "a@example.com" }, "text": "t" }),
        )
    }),
    ("reply.input.conversationId", Conversation, |_| mutation("reply", json!({ "conversationId": "?", "text": "t" }))),
    ("reportDelivery.input.messageId", Message, |_| {
        mutation("reportDelivery", json!({ "messageId": "?", "status": "SENT", "error": "odd" }))
    }),
    ("assignConversation.input.conversationId", Conversation, |world| {
        mutation("assignConversation", json!({ "conversationId": "?", "assigneeId": world.organisation().bea.id }))
    }),
    ("addTags.input.conversationId", Conversation, |_| {
        mutation("addTags", json!({ "conversationId": "?", "tagIds": ["nonsense"] }))
    }),
    ("removeTags.input.conversationId", Conversation, |_| {
        mutation("removeTags", json!({ "conversationId": "?", "tagIds": ["nonsense"] }))
    }),
    ("setPriority.input.conversationId", Conversation, |_| {
        mutation("setPriority", json!({ "conversationId": "?", "priority": "LOW" }))
    }),
    ("addNote.input.conversationId", Conversation, |_| {
        mutation("addNote", json!({ "conversationId": "?", "text": "@bea", "idempotencyKey": "k" }))
    }),
    ("editNote.input.noteId", Note, |_| mutation("editNote", json!({ "noteId": "?", "text": "t" }))),
    ("deleteNote.input.noteId", Note, |_| mutation("deleteNote", json!({ "noteId": "?" }))),
    ("followConversation.input.conversationId", Conversation, |_| about("followConversation")),
    ("unfollowConversation.input.conversationId", Conversation, |_| about("unfollowConversation")),
    ("addFollowers.input.conversationId", Conversation, |_| {
        mutation("addFollowers", json!({ "conversationId": "?", "agentIds": ["nonsense"] }))
    }),
    ("removeFollowers.input.conversationId", Conversation, |_| {
        mutation("removeFollowers", json!({ "conversationId": "?", "agentIds": ["nonsense"] }))
    }),
    ("markAsSpam.input.conversationId", Conversation, |_| {
        mutation("markAsSpam", json!({ "conversationId": "?", "blockSender": true }))
    }),
    ("linkConversations.input.conversationId", Conversation, |_| {
        mutation("linkConversations", json!({ "conversationId": "?", "otherId": "nonsense" }))
    }),
    ("linkConversations.input.otherId", Conversation, |_| {
        mutation("linkConversations", json!({ "conversationId": "nonsense", "otherId": "?" }))
    }),
    ("unlinkConversations.input.conversationId", Conversation, |_| {
        mutation("unlinkConversations", json!({ "conversationId": "?", "otherId": "nonsense" }))
    }),
    ("unlinkConversations.input.otherId", Conversation, |_| {
        mutation("unlinkConversations", json!({ "conversationId": "nonsense", "otherId": "?" }))
    }),
    ("createTicket.input.conversationId", Conversation, |_| mutation("createTicket", json!({ "conversationId": "?" }))),
    ("createTicket.input.originMessageId", Message, |_| {
        mutation("createTicket", json!({ "conversationId": "nonsense", "originMessageId": "?" }))
    }),
    ("createTicket.input.originMessageId", Message, |_| {
        mutation("createTicket", json!({ "title": "Zip", "originMessageId": "?" }))
    }),
    ("linkTicket.input.conversationId", Conversation, |_| {
        mutation("linkTicket", json!({ "ticketId": "ticket_01h455vb4pex5vsknk084sn02q", "conversationId": "?" }))
    }),
    ("unlinkTicket.input.conversationId", Conversation, |_| {
        mutation("unlinkTicket", json!({ "ticketId": "ticket_01h455vb4pex5vsknk084sn02q", "conversationId": "?" }))
    }),
    ("applyActions.input.conversationId", Conversation, |_| {
        mutation("applyActions", json!({ "conversationId": "?", "actions": [{ "addTags": ["nonsense"] }] }))
    }),
    ("applyActions.input.conversationId", Conversation, |_| {
        mutation(
            "applyActions",
            json!({ "conversationId": "?", "actions": [{ "markAsSpam": { "blockSender": true } }] }),
        )
    }),
    ("bulkApplyActions.input.target.conversationIds", Conversation, |_| {
        mutation("bulkApplyActions", json!({ "target": { "conversationIds": ["?"] }, "actions": [{ "close": true }] }))
    }),
    ("bulkApplyActions.input.target.matching.filter.channelIds", Channel, |_| {
        let matching = json!({ "filter": { "channelIds": ["?"] } });
        mutation("bulkApplyActions", json!({ "target": { "matching": matching }, "actions": [{ "close": true }] }))
    }),
    ("restoreFromSpam.input.conversationId", Conversation, |_| about("restoreFromSpam")),
    ("snoozeConversation.input.conversationId", Conversation, |_| {
        mutation("snoozeConversation", json!({ "conversationId": "?", "until": { "at": "1999-01-01T00:00:00Z" } }))
    }),
    ("wakeConversation.input.conversationId", Conversation, |_| about("wakeConversation")),
    ("closeConversation.input.conversationId", Conversation, |_| {
        mutation("closeConversation", json!({ "conversationId": "?", "expectedVersion": 77 }))
    }),
    ("reopenConversation.input.conversationId", Conversation, |_| about("reopenConversation")),
    ("updateConversation.input.conversationId", Conversation, |_| {
        mutation("updateConversation", json!({ "conversationId": "?", "subject": "s" }))
    }),
    ("markConversationRead.input.conversationId", Conversation, |_| about("markConversationRead")),
    ("markConversationUnread.input.conversationId", Conversation, |_| about("markConversationUnread")),
    ("markNotificationsRead.input.ids", Notification, |_| mutation("markNotificationsRead", json!({ "ids": ["?"] }))),
    ("markNotificationsRead.input.conversationId", Conversation, |_| {
        mutation("markNotificationsRead", json!({ "conversationId": "?" }))
    }),
    ("testWorkflow.conversationId", Conversation, |_| {
        query(
            "testWorkflow(input: { name: \"n\", trigger: TAGGED, actions: [{ close: true }] }, conversationId: ?) { matched }",
        )
    }),
    ("testWorkflow.input.condition.channelIds", Channel, |_| {
        let asked = "name: \"n\", trigger: TAGGED, condition: { channelIds: [?] }, actions: [{ close: true }]";
        let of = "conversation_01h455vb4pex5vsknk084sn02q";
        query(&format!(
            "testWorkflow(input: {{ {asked} }}, conversationId: \"{of}\") {{ userErrors {{ code field }} }}"
        ))
    }),
    ("createWorkflow.input.condition.channelIds", Channel, |_| {
        mutation("createWorkflow", workflows::input("n", json!({ "condition": { "channelIds": ["?"] } })))
    }),
    ("createWorkflow.input.condition.all.not.channelIds", Channel, |_| {
        let asked = json!({ "all": [{ "not": { "channelIds": ["?"] } }] });
        mutation("createWorkflow", workflows::input("n", json!({ "condition": asked })))
    }),
    ("updateChannel.input.channelId", Channel, |_| mutation("updateChannel", json!({ "channelId": "?", "name": "n" }))),
    ("createApiToken.input.channelIds", Channel, |world| {
        let owner = json!({ "integrationId": world.organisation().robot.id });
        let scopes = json!(["CONVERSATIONS_READ"]);
        mutation("createApiToken", json!({ "name": "n", "owner": owner, "scopes": scopes, "channelIds": ["?"] }))
    }),
];

/// Places of subscriptions, whose answers are streams: `stream_conversation` and `stream_access` compare those.
const FOLLOWED: &[&str] =
    &["conversationChanged.conversationId", "conversationsChanged.filter.channelIds", "viewChanged.filter.channelIds"];

/// Ids of agents, teams, customers, tags, integrations and tokens: whoever may run the operation may know of all of them.
const NOTHING_HIDDEN: &[&str] = &[
    "inbox.filter",
    "history.filter",
    "conversations.filter",
    "conversationChanges.filter",
    "conversationsChanged.filter",
    "viewChanged.filter",
    "ticketChanged.ticketId",
    "customer.id",
    "ticket.id",
    "tickets.filter.assigneeIds",
    "tickets.filter.customerIds",
    "previewRouting.input.customer.id",
    "receiveMessage.input.customer.id",
    "startConversation.input.customer.id",
    "assignConversation.input.assigneeId",
    "assignConversation.input.teamId",
    "addTags.input.tagIds",
    "removeTags.input.tagIds",
    "createTicket.input.assigneeId",
    "createTicket.input.teamId",
    "createTicket.input.tagIds",
    "updateTicket.input",
    "linkTicket.input.ticketId",
    "unlinkTicket.input.ticketId",
    "addNote.input.mentions",
    "applyActions.input.actions",
    "bulkApplyActions.input.actions",
    "bulkApplyActions.input.target.matching.filter",
    "createMacro.input.actions",
    "updateMacro.input",
    "deleteMacro.input.macroId",
    "testWorkflow.input",
    "createWorkflow.input.actions",
    "createWorkflow.input.condition.assigneeIds",
    "createWorkflow.input.condition.teamIds",
    "createWorkflow.input.condition.tags",
    // Conditions that hold others take the same again.
    "createWorkflow.input.condition.all",
    "createWorkflow.input.condition.any",
    "createWorkflow.input.condition.not",
    // The same again; who is limited to channels changes none.
    "updateWorkflow.input",
    "deleteWorkflow.input.workflowId",
    "editNote.input.mentions",
    "addFollowers.input.agentIds",
    "removeFollowers.input.agentIds",
    "createAgent.input.teamIds",
    "updateAgent.input",
    "deactivateAgent.input.agentId",
    "reactivateAgent.input.agentId",
    "createTeam.input.memberIds",
    "updateTeam.input",
    "deleteTeam.input",
    "createChannel.input",
    "updateChannel.input.agentIds",
    "updateChannel.input.teamIds",
    "upsertCustomer.input.id",
    "updateTag.input.tagId",
    "deleteTag.input.tagId",
    "createApiToken.input.owner",
    "revokeApiToken.input.apiTokenId",
];

fn about(name: &str) -> (String, Value) {
    mutation(name, json!({ "conversationId": "?" }))
}

#[test]
fn no_place_that_takes_an_id_is_forgotten() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let takes = places_of(&std::fs::read_to_string(path).unwrap());
    let tried: BTreeSet<String> =
        PLACES.iter().map(|(place, ..)| *place).chain(FOLLOWED.iter().copied()).map(str::to_owned).collect();
    assert_eq!(tried.difference(&takes).collect::<Vec<_>>(), Vec::<&String>::new(), "tried, but not in the schema");
    let left = takes.difference(&tried);
    let forgotten: Vec<_> = left.filter(|place| !NOTHING_HIDDEN.iter().any(|known| place.starts_with(known))).collect();
    assert_eq!(forgotten, Vec::<&String>::new());
}

/// Where the schema's operations take ids, as paths of arguments and input fields.
fn places_of(sdl: &str) -> BTreeSet<String> {
    let mut roots = Vec::new();
    let mut inputs = BTreeMap::new();
    for definition in parse_schema(sdl).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.to_string();
        match definition.node.kind {
            TypeKind::Object(object) if ["Query", "Mutation", "Subscription"].contains(&name.as_str()) => {
                roots.extend(object.fields.into_iter().map(|field| field.node));
            }
            TypeKind::InputObject(input) => {
                let fields = input.fields.into_iter();
                let fields = fields.map(|field| (field.node.name.node.to_string(), named(&field.node.ty.node)));
                inputs.insert(name, fields.collect::<Vec<_>>());
            }
            _ => {}
        }
    }
    let mut places = BTreeSet::new();
    for root in roots {
        for argument in root.arguments {
            let path = format!("{}.{}", root.name.node, argument.node.name.node);
            walk(&named(&argument.node.ty.node), path, &inputs, &mut places);
        }
    }
    places
}

fn walk(kind: &str, path: String, inputs: &BTreeMap<String, Vec<(String, String)>>, places: &mut BTreeSet<String>) {
    if kind == "ID" {
        places.insert(path);
    } else if path.split('.').count() < 8 {
        for (field, kind) in inputs.get(kind).into_iter().flatten() {
            walk(kind, format!("{path}.{field}"), inputs, places);
        }
    }
}

fn named(kind: &Type) -> String {
    match &kind.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => named(inner),
    }
}

/// One hidden thing of each kind, and an id of its kind that names nothing.
async fn hidden_and_unknown(world: &World) -> BTreeMap<Kind, (String, &'static str)> {
    let conversation = world.hidden().await;
    let dora = world.dora();
    let reply = json!({ "conversationId": conversation, "text": "Hello" });
    let message = dora.mutate("reply", reply).await.changed().text("message.id");
    let note = json!({ "conversationId": conversation, "text": "For @dora alone" });
    let note = world.ada().mutate("addNote", note).await.changed().text("note.id");
    let notices = dora.query("{ notifications { nodes { id } } }", json!({})).await.ok();
    let notice = notices.texts("notifications.nodes", "id").remove(0);
    let workflow = world.workflow("n", json!({ "trigger": "TAGGED" })).await;
    world.tagged(&conversation, &[&world.tag("n").await]).await;
    world.run_due().await;
    let run = world.runs(&dora, &workflow).await[0]["id"].as_str().unwrap().to_owned();
    BTreeMap::from([
        (Run, (run, "run_01h455vb4pex5vsknk084sn02q")),
        (Conversation, (conversation, "conversation_01h455vb4pex5vsknk084sn02q")),
        (Channel, (world.organisation().vip.clone(), "channel_01h455vb4pex5vsknk084sn02q")),
        (Message, (message, "message_01h455vb4pex5vsknk084sn02q")),
        (Note, (note, "note_01h455vb4pex5vsknk084sn02q")),
        (Notification, (notice, "notification_01h455vb4pex5vsknk084sn02q")),
    ])
}

async fn a_hidden_id_answers_like_an_unknown_one_everywhere(world: &World) {
    let ids = hidden_and_unknown(world).await;
    let organisation = world.organisation();
    let limited = world.token(&organisation.robot.id, &EVERYTHING, Some(&[&organisation.mail])).await;
    let narrow = world.token(&organisation.ada.id, &EVERYTHING, Some(&[&organisation.mail])).await;
    for client in [world.bea(), world.client(&limited), world.client(&narrow)] {
        for (place, kind, operation) in PLACES {
            let (hidden, unknown) = &ids[kind];
            let operation = operation(world);
            let hidden = send(&client, &operation, hidden).await;
            let unknown = send(&client, &operation, unknown).await;
            assert_eq!(hidden, unknown, "{place} of a {kind:?}");
            assert!(!hidden.contains("\"changed\":true"), "{place} did something: {hidden}");
        }
    }
}

/// The whole answer, with the id taken out.
async fn send(client: &Client, (document, input): &(String, Value), id: &str) -> String {
    let input = serde_json::from_str::<Value>(&input.to_string().replace("\"?\"", &format!("\"{id}\""))).unwrap();
    let variables = if input.is_null() { json!({ "id": id }) } else { json!({ "input": input }) };
    let answer = client.query(document, variables).await;
    format!("{} {}", answer.status, answer.body).replace(id, "ID")
}
