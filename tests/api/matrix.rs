//! Every operation over HTTP × principal × relation to the channel × the scope it needs, there or not (semantics §9): a table that
//! people review, and the proof that no root field of the schema is forgotten in it.

mod following;

use std::cell::Cell;
use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use entity::enums::Scope;
use serde_json::{Value, json};

use crate::support::organisation::{EVERYTHING, Person};
use crate::support::snapshot::{aligned, matches};
use crate::support::{Answer, Client, World, both};

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

struct Stage<'a> {
    world: &'a World,
    id: &'a str,
    channel: &'a str,
    /// Linked to the conversations of both channels.
    ticket: &'a str,
    own: &'a str,
    /// Differs from row to row, for what must be unique.
    turn: usize,
    /// Differs from try to try of one row.
    tries: Cell<usize>,
}

impl Stage<'_> {
    fn unique(&self) -> String {
        self.tries.set(self.tries.get() + 1);
        format!("{}-{}", self.turn, self.tries.get())
    }

    async fn new_macro(&self) -> String {
        let new = json!({ "name": format!("macro {}", self.unique()), "actions": [{ "close": true }] });
        self.world.ada().mutate("createMacro", new).await.changed().text("macro.id")
    }

    async fn new_tag(&self) -> String {
        self.world.tag(&format!("tag {}", self.unique())).await
    }

    async fn try_it(&self, operation: &str, client: &Client) -> String {
        if let Some(told) = self.follow(operation, client).await {
            return told;
        }
        let answer = match operation {
            "reportDelivery" => {
                let reply = json!({ "conversationId": self.id, "text": "Hi" });
                let message = self.world.ada().mutate("reply", reply).await.changed().text("message.id");
                client.mutate("reportDelivery", json!({ "messageId": message, "status": "SENT" })).await
            }
            "restoreFromSpam" | "restoreFromSpam (unblocking)" => {
                self.world.ada().mutate("markAsSpam", json!({ "conversationId": self.id })).await.done();
                let (mutation, input) = self.mutation(operation).unwrap();
                let answer = client.mutate(mutation, input).await;
                self.world.ada().mutate("restoreFromSpam", json!({ "conversationId": self.id })).await.ok();
                answer
            }
            "editNote" | "deleteNote" => {
                let note = json!({ "conversationId": self.id, "text": "Note" });
                let note = self.world.ada().mutate("addNote", note).await.changed().text("note.id");
                let input = match operation {
                    "editNote" => json!({ "noteId": note, "text": "Another" }),
                    _ => json!({ "noteId": note }),
                };
                client.mutate(operation, input).await
            }
            "revokeApiToken" => {
                let made = self.world.ada().mutate("createApiToken", self.token("of the admin", None)).await.done();
                client.mutate("revokeApiToken", json!({ "apiTokenId": made.text("apiToken.id") })).await
            }
            "deactivateAgent" => {
                let carl = json!({ "agentId": self.world.organisation().carl.id });
                let answer = client.mutate("deactivateAgent", carl.clone()).await;
                self.world.ada().mutate("reactivateAgent", carl).await.done();
                answer
            }
            "deleteTeam" => {
                let name = format!("gone-{}", self.world.last_seq().await);
                let made = self.world.ada().mutate("createTeam", json!({ "slug": name, "name": name })).await.changed();
                client.mutate("deleteTeam", json!({ "teamId": made.text("team.id") })).await
            }
            "linkConversations" | "unlinkConversations" => {
                let other = self.world.mailed(&format!("{}@example.com", self.unique()), "Hello").await.conversation();
                client.mutate(operation, json!({ "conversationId": self.id, "otherId": other })).await
            }
            "updateMacro (as an agent)" | "updateMacro (as an integration)" => {
                let id = self.new_macro().await;
                client.mutate("updateMacro", json!({ "macroId": id, "name": format!("other {}", self.unique()) })).await
            }
            "deleteMacro (as an agent)" | "deleteMacro (as an integration)" => {
                let id = self.new_macro().await;
                client.mutate("deleteMacro", json!({ "macroId": id })).await
            }
            "updateTicket" | "linkTicket" | "unlinkTicket" => {
                let ticket = self.world.a_ticket("Zip").await;
                let input = match operation {
                    "updateTicket" => json!({ "ticketId": ticket, "status": "RESOLVED" }),
                    _ => json!({ "ticketId": ticket, "conversationId": self.id }),
                };
                client.mutate(operation, input).await
            }
            "deleteTag" => {
                let tag = self.new_tag().await;
                client.mutate("deleteTag", json!({ "tagId": tag })).await
            }
            "addTags" | "removeTags" => {
                let tag = self.new_tag().await;
                client.mutate(operation, json!({ "conversationId": self.id, "tagIds": [tag] })).await
            }
            "updateTag (as an agent)" | "updateTag (as an integration)" => {
                let tag = self.new_tag().await;
                client.mutate("updateTag", json!({ "tagId": tag, "archived": true })).await
            }
            "history" => {
                self.world.ada().mutate("closeConversation", json!({ "conversationId": self.id })).await.done();
                let answer = self.query("history", client).await;
                self.world.ada().mutate("reopenConversation", json!({ "conversationId": self.id })).await.changed();
                answer
            }
            "apiTokens" => return self.whose_tokens(&self.query("apiTokens", client).await),
            _ => match self.mutation(operation) {
                Some((mutation, input)) => client.mutate(mutation, input).await,
                None => self.query(operation, client).await,
            },
        };
        outcome(&answer)
    }

    async fn query(&self, operation: &str, client: &Client) -> Answer {
        let selection = match operation {
            "conversation" | "node" => format!("{operation}(id: $id) {{ id }}"),
            "tickets" => "tickets { nodes { id } }".to_owned(),
            "tickets (of a conversation)" => "tickets(filter: { conversationIds: [$id] }) { nodes { id } }".to_owned(),
            "ticket" => "ticket(number: 1) { id }".to_owned(),
            "ticketChanges" => "ticketChanges { nodes { cursor } }".to_owned(),
            "node (of a ticket)" => "node(id: $ticket) { id }".to_owned(),
            "conversations" | "inbox" | "history" => {
                format!("{operation}(filter: {{ channelIds: [$channel] }}) {{ nodes {{ id }} }}")
            }
            "inboxCounts" => "inboxCounts { all }".to_owned(),
            "notifications" => "notifications { nodes { id } }".to_owned(),
            "conversationChanges" => {
                "conversationChanges(filter: { channelIds: [$channel] }) { nodes { cursor } }".to_owned()
            }
            "previewRouting" => "previewRouting(input: $message) { decision }".to_owned(),
            "customers" => "customers { nodes { id } }".to_owned(),
            "customer" => "customer(email: \"zoe@example.com\") { id }".to_owned(),
            "apiTokens" => "apiTokens { owner { ... on Agent { id } ... on Integration { id } } }".to_owned(),
            other => panic!("teach the matrix {other}"),
        };
        let variables = [
            ("$id", "ID!", json!(self.id)),
            ("$channel", "ID!", json!(self.channel)),
            ("$ticket", "ID!", json!(self.ticket)),
            ("$message", "ReceiveMessageInput!", self.message()),
        ];
        let used = variables.into_iter().filter(|(name, ..)| selection.contains(name)).collect::<Vec<_>>();
        let declared = used.iter().map(|(name, kind, _)| format!("{name}: {kind}")).collect::<Vec<_>>().join(", ");
        let declared = if declared.is_empty() { declared } else { format!("({declared})") };
        let values = used.into_iter().map(|(name, _, value)| (name[1..].to_owned(), value)).collect();
        client.query(&format!("query{declared} {{ {selection} }}"), Value::Object(values)).await
    }

    fn mutation(&self, operation: &str) -> Option<(&'static str, Value)> {
        let Self { world, id, channel, own, turn, .. } = *self;
        let organisation = world.organisation();
        let applied = |actions: Value| json!({ "conversationId": id, "actions": actions });
        let named = json!({ "conversationIds": [id] });
        Some(match operation {
            "receiveMessage" => ("receiveMessage", self.message()),
            "reply" => ("reply", json!({ "conversationId": id, "text": "Hi" })),
            "startConversation" => ("startConversation", self.message()),
            "assignConversation" => ("assignConversation", json!({ "conversationId": id, "assigneeId": null })),
            "setPriority" => ("setPriority", json!({ "conversationId": id, "priority": "HIGH" })),
            "snoozeConversation" => {
                ("snoozeConversation", json!({ "conversationId": id, "until": { "preset": "LATER_TODAY" } }))
            }
            "wakeConversation" => ("wakeConversation", json!({ "conversationId": id })),
            "closeConversation" => ("closeConversation", json!({ "conversationId": id })),
            "reopenConversation" => ("reopenConversation", json!({ "conversationId": id })),
            "updateConversation" => ("updateConversation", json!({ "conversationId": id, "subject": "Same" })),
            "markAsSpam" => ("markAsSpam", json!({ "conversationId": id })),
            "markAsSpam (blocking)" => ("markAsSpam", json!({ "conversationId": id, "blockSender": true })),
            "restoreFromSpam" => ("restoreFromSpam", json!({ "conversationId": id })),
            "restoreFromSpam (unblocking)" => {
                ("restoreFromSpam", json!({ "conversationId": id, "unblockSender": true }))
            }
            "applyActions" => ("applyActions", applied(json!([{ "setPriority": { "priority": "LOW" } }]))),
            "applyActions (replying)" => ("applyActions", applied(json!([{ "reply": { "text": "Hi" } }]))),
            "applyActions (blocking)" => {
                ("applyActions", applied(json!([{ "markAsSpam": { "blockSender": true } }, { "restoreFromSpam": {} }])))
            }
            "applyActions (unblocking)" => {
                let actions = json!([{ "markAsSpam": {} }, { "restoreFromSpam": { "unblockSender": true } }]);
                ("applyActions", applied(actions))
            }
            "bulkApplyActions (named)" => {
                ("bulkApplyActions", json!({ "target": named, "actions": [{ "setPriority": { "priority": "HIGH" } }] }))
            }
            "bulkApplyActions (matching)" => {
                let matching = json!({ "matching": { "filter": { "channelIds": [channel] } } });
                ("bulkApplyActions", json!({ "target": matching, "actions": [{ "wake": true }] }))
            }
            "bulkApplyActions (replying)" => {
                ("bulkApplyActions", json!({ "target": named, "actions": [{ "reply": { "text": "Hi" } }] }))
            }
            "bulkApplyActions (blocking)" => {
                let actions = json!([{ "markAsSpam": { "blockSender": true } }, { "restoreFromSpam": {} }]);
                ("bulkApplyActions", json!({ "target": named, "actions": actions }))
            }
            "createMacro (as an agent)" | "createMacro (as an integration)" => {
                ("createMacro", json!({ "name": format!("made {}", self.unique()), "actions": [{ "close": true }] }))
            }
            "createTicket" => ("createTicket", json!({ "title": "Zip" })),
            "createTicket (conversation)" => ("createTicket", json!({ "conversationId": id })),
            "addNote" => ("addNote", json!({ "conversationId": id, "text": "Note" })),
            "addFollowers" => ("addFollowers", self.followers()),
            "removeFollowers" => ("removeFollowers", self.followers()),
            "followConversation" => ("followConversation", json!({ "conversationId": id })),
            "unfollowConversation" => ("unfollowConversation", json!({ "conversationId": id })),
            "markConversationRead" => ("markConversationRead", json!({ "conversationId": id })),
            "markConversationUnread" => ("markConversationUnread", json!({ "conversationId": id })),
            "markNotificationsRead" => ("markNotificationsRead", json!({ "all": true })),
            "upsertCustomer" => ("upsertCustomer", json!({ "email": "yan@example.com" })),
            "createAgent" => {
                let handle = format!("a{turn}");
                ("createAgent", json!({ "handle": handle, "name": handle, "email": format!("{handle}@example.org") }))
            }
            "reactivateAgent" => ("reactivateAgent", json!({ "agentId": organisation.carl.id })),
            "createTag (as an agent)" | "createTag (as an integration)" => {
                ("createTag", json!({ "name": format!("made {}", self.unique()) }))
            }
            "createTeam" => ("createTeam", json!({ "slug": format!("t{turn}"), "name": format!("Team {turn}") })),
            "updateTeam" => ("updateTeam", json!({ "teamId": organisation.billing, "autoAssignment": "OFF" })),
            "createChannel" => ("createChannel", json!({ "kind": "CHAT", "name": format!("Chat {turn}") })),
            "updateChannel" => ("updateChannel", json!({ "channelId": channel, "address": null })),
            "createApiToken" => ("createApiToken", self.token("new", Some(channel))),
            "updateAgent (somebody else)" => {
                ("updateAgent", json!({ "agentId": organisation.carl.id, "availability": "ONLINE" }))
            }
            "updateAgent (oneself)" => ("updateAgent", json!({ "agentId": own, "availability": "ONLINE" })),
            "updateAgent (own role)" => ("updateAgent", json!({ "agentId": own, "role": "ADMIN" })),
            _ => return None,
        })
    }

    fn followers(&self) -> Value {
        json!({ "conversationId": self.id, "agentIds": [self.world.organisation().dora.id] })
    }

    fn message(&self) -> Value {
        json!({ "channelId": self.channel, "customer": { "email": "yan@example.com" }, "text": "Hello" })
    }

    fn token(&self, name: &str, channel: Option<&str>) -> Value {
        let owner = json!({ "integrationId": self.world.organisation().robot.id });
        let channels = channel.map(|id| [id]);
        json!({ "name": name, "owner": owner, "scopes": ["CONVERSATIONS_READ"], "channelIds": channels })
    }

    /// Whether it is everybody's tokens that are listed.
    fn whose_tokens(&self, answer: &Answer) -> String {
        if !answer.error_codes().is_empty() {
            return outcome(answer);
        }
        let owners = answer.texts("apiTokens", "owner.id");
        if owners.iter().all(|owner| owner == self.own) { "their own" } else { "all" }.to_owned()
    }
}

fn outcome(answer: &Answer) -> String {
    if let Some(code) = answer.error_codes().first() {
        return format!("top-level {code}");
    }
    let payload = answer.payload();
    let refused = payload["userErrors"].as_array().and_then(|errors| errors.first().cloned());
    let one = &payload["results"][0]["userErrors"][0]["code"];
    match refused {
        None if one.is_string() => format!("its result {}", one.as_str().unwrap_or("?")),
        None if payload["results"].as_array().is_some_and(Vec::is_empty) => "nothing".to_owned(),
        Some(error) => format!("refused {}", error["code"].as_str().unwrap_or("?")),
        None if payload.is_null() => "null".to_owned(),
        None if payload["nodes"].as_array().is_some_and(Vec::is_empty) => "nothing".to_owned(),
        None => "done".to_owned(),
    }
}
