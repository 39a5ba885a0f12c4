//! How each operation of the matrix is called, and what its answer comes to.

use std::cell::Cell;

use serde_json::{Value, json};

use crate::support::workflows::input;
use crate::support::{Answer, Client, World};

/// Where an operation is tried.
pub struct Stage<'a> {
    pub world: &'a World,
    pub id: &'a str,
    pub channel: &'a str,
    /// Linked to the conversations of both channels.
    pub ticket: &'a str,
    /// Of a workflow on the conversation.
    pub run: &'a str,
    pub own: &'a str,
    /// Differs from row to row, for what must be unique.
    pub turn: usize,
    /// Differs from try to try of one row.
    pub tries: Cell<usize>,
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

    async fn new_workflow(&self) -> String {
        self.world.workflow(&format!("workflow {}", self.unique()), json!({})).await
    }

    async fn new_tag(&self) -> String {
        self.world.tag(&format!("tag {}", self.unique())).await
    }

    /// What comes of an operation, in few words.
    pub async fn try_it(&self, operation: &str, client: &Client) -> String {
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
            "updateWorkflow" => {
                let id = self.new_workflow().await;
                client.mutate("updateWorkflow", json!({ "workflowId": id, "mode": "STOP" })).await
            }
            "deleteWorkflow" => {
                let id = self.new_workflow().await;
                client.mutate("deleteWorkflow", json!({ "workflowId": id })).await
            }
            "testWorkflow" | "testWorkflow (reading)" => client.try_workflow(&input("tried", json!({})), self.id).await,
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
            "workflows" => "workflows { id }".to_owned(),
            "node (of a run)" => "node(id: $run) { id }".to_owned(),
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
            ("$run", "ID!", json!(self.run)),
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
            "createWorkflow" => {
                let given = json!({ "condition": { "channelIds": [channel] } });
                ("createWorkflow", input(&format!("made {}", self.unique()), given))
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
