//! A client of the GraphQL API with one token, and the mutations spelled once.

use entity::ids::TokenId;
use serde_json::{Value, json};
use switchboard::service::credential::Credential;

use super::answer::Answer;

/// Sends operations as one principal.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

/// What tests read of a conversation.
pub const CONVERSATION: &str = "id number subject state closeReason closedAt priority version messageCount attributes \
    waitingSince lastActivityAt createdAt updatedAt spam { reason } snooze { until wakeOnReply } channel { id } customer { id } assignee { id } \
    team { id } tags { id name } followers { id } lastMessage { id text } links { kind conversation { id } }";

/// What tests read of an entry.
pub const ENTRY: &str = "__typename id kind version at actor { __typename displayName } \
    ... on TaggedEntry { added { name } removed { name } } ... on PrioritizedEntry { fromPriority toPriority }";

/// What tests read of a ticket.
pub const TICKET: &str = "id number title description status priority version createdAt updatedAt resolvedAt assignee { id } \
    team { id } tags { name } createdBy { displayName }";

/// What tests read of an entry that a change of a ticket wrote.
pub const TOLD: &str = "__typename id kind version at actor { __typename displayName } conversation { id } \
    cause { depth ticket { id } } ... on TicketEntry { ticket { id } fromStatus toStatus } \
    ... on ReopenedEntry { reopenReason } ... on WokenEntry { wakeReason } ... on AssignedEntry { assignReason toAgent { id } }";

/// What tests read of a tag.
pub const TAG: &str = "id name color description archived deletedAt";

/// What tests read of a macro.
pub const MACRO: &str = "id name actions createdAt updatedAt";

/// What tests read of a workflow.
pub const WORKFLOW: &str = "id displayName name enabled disabledReason position mode trigger condition actions \
    createdAt updatedAt deletedAt";

/// A note as a payload shows it.
const NOTE: &str = "note { id kind text html editedAt deletedAt mentions {
    target { __typename ... on Agent { id } ... on Team { id } } unreachable { id } } }";

impl Client {
    /// A client of this server with this token; an empty one sends none.
    pub fn new(http: reqwest::Client, base: &str, token: &str) -> Self {
        Self { http, url: format!("{base}/graphql"), token: token.to_owned() }
    }

    /// The row of its token.
    pub fn token_id(&self) -> TokenId {
        Credential::parse(&self.token).unwrap().id
    }

    /// What it sends with.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Where it sends to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its token.
    pub fn secret(&self) -> &str {
        &self.token
    }

    /// Runs one operation.
    pub async fn query(&self, document: &str, variables: Value) -> Answer {
        self.send(json!({ "query": document, "variables": variables })).await
    }

    /// Runs one operation; a server that is gone is none.
    pub async fn try_query(&self, document: &str, variables: Value) -> Option<Answer> {
        self.try_send(json!({ "query": document, "variables": variables })).await.ok()
    }

    /// Posts a body as it is.
    pub async fn send(&self, body: Value) -> Answer {
        self.try_send(body).await.unwrap()
    }

    async fn try_send(&self, body: Value) -> reqwest::Result<Answer> {
        let mut request = self.http.post(&self.url).json(&body);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        Ok(Answer { status, body: response.json().await? })
    }

    /// Runs a mutation with everything of its payload that tests read.
    pub async fn mutate(&self, mutation: &str, input: Value) -> Answer {
        self.query(&document(mutation), json!({ "input": input })).await
    }

    /// The same, where the server may be gone.
    pub async fn try_mutate(&self, mutation: &str, input: Value) -> Option<Answer> {
        self.try_query(&document(mutation), json!({ "input": input })).await
    }

    /// Hands in a customer's message.
    pub async fn receive(&self, input: Value) -> Answer {
        self.mutate("receiveMessage", input).await
    }

    /// A conversation as the client sees it; null when it doesn't exist for them.
    pub async fn conversation(&self, id: &str) -> Value {
        let document = format!("query($id: ID!) {{ conversation(id: $id) {{ {CONVERSATION} }} }}");
        self.query(&document, json!({ "id": id })).await.ok().at("conversation").clone()
    }

    /// The kinds of a conversation's entries, in order.
    pub async fn timeline(&self, id: &str) -> Vec<String> {
        let document = "query($id: ID!) { conversation(id: $id) { timeline(first: 100) { nodes { kind } } } }";
        let answer = self.query(document, json!({ "id": id })).await.ok();
        answer.texts("conversation.timeline.nodes", "kind")
    }
}

fn ticket_payload() -> String {
    format!("ticket {{ {TICKET} }} conversation {{ {CONVERSATION} }} entries {{ {TOLD} }} changed")
}

/// A mutation with its whole payload.
pub fn document(mutation: &str) -> String {
    let conversation = format!("conversation {{ {CONVERSATION} }}");
    let entries = format!("entries {{ {ENTRY} }}");
    let message = "message { id text html truncated automatic direction externalId delivery { status error } }";
    let (input, payload) = match mutation {
        "receiveMessage" => (
            "ReceiveMessageInput",
            format!("{message} {conversation} {entries} changed routing {{ decision reason conversation {{ id }} }}"),
        ),
        "startConversation" => ("StartConversationInput", format!("{message} {conversation} {entries} changed")),
        "reply" => ("ReplyToConversationInput", format!("{message} {conversation} {entries} changed")),
        "reportDelivery" => ("ReportDeliveryInput", format!("{message} {conversation} {entries} changed")),
        "assignConversation" => ("AssignConversationInput", format!("{conversation} {entries} changed")),
        "addTags" | "removeTags" => ("TagConversationInput", format!("{conversation} {entries} changed")),
        "setPriority" => ("SetConversationPriorityInput", format!("{conversation} {entries} changed")),
        "snoozeConversation" => ("SnoozeConversationInput", format!("{conversation} {entries} changed")),
        "wakeConversation"
        | "closeConversation"
        | "reopenConversation"
        | "followConversation"
        | "unfollowConversation"
        | "markConversationRead"
        | "markConversationUnread" => ("ConversationInput", format!("{conversation} {entries} changed")),
        "linkConversations" => ("LinkConversationsInput", format!("{conversation} {entries} changed")),
        "unlinkConversations" => ("UnlinkConversationsInput", format!("{conversation} {entries} changed")),
        "addFollowers" | "removeFollowers" => ("FollowersInput", format!("{conversation} {entries} changed")),
        "markNotificationsRead" => {
            ("MarkNotificationsReadInput", "notifications { id readAt entry { kind } } unreadCount changed".to_owned())
        }
        "markAsSpam" => ("MarkAsSpamInput", format!("{conversation} {entries} changed")),
        "restoreFromSpam" => ("RestoreFromSpamInput", format!("{conversation} {entries} changed")),
        "updateConversation" => ("UpdateConversationInput", format!("{conversation} {entries} changed")),
        "applyActions" => ("ApplyActionsInput", format!("{conversation} {entries} changed")),
        "bulkApplyActions" => (
            "BulkApplyActionsInput",
            "results { conversationId changed conversation { id state version } userErrors { code field } }
                changedCount endCursor"
                .to_owned(),
        ),
        "createMacro" => ("MacroInput", format!("changed macro {{ {MACRO} }}")),
        "updateMacro" => ("UpdateMacroInput", format!("changed macro {{ {MACRO} }}")),
        "deleteMacro" => ("DeleteMacroInput", "deletedId".to_owned()),
        "createWorkflow" => ("WorkflowInput", format!("changed workflow {{ {WORKFLOW} }}")),
        "updateWorkflow" => ("UpdateWorkflowInput", format!("changed workflow {{ {WORKFLOW} }}")),
        "deleteWorkflow" => ("DeleteWorkflowInput", "deletedId".to_owned()),
        "addNote" => ("AddNoteInput", format!("{NOTE} {conversation} {entries} changed")),
        "editNote" => ("EditNoteInput", format!("{NOTE} {conversation} {entries} changed")),
        "deleteNote" => ("DeleteNoteInput", format!("{NOTE} {conversation} {entries} changed")),
        "createTicket" => ("CreateTicketInput", ticket_payload()),
        "updateTicket" => ("UpdateTicketInput", ticket_payload()),
        "linkTicket" => ("LinkTicketInput", ticket_payload()),
        "unlinkTicket" => ("UnlinkTicketInput", ticket_payload()),
        "createAgent" => ("CreateAgentInput", "changed agent { id }".to_owned()),
        "updateAgent" => ("UpdateAgentInput", "changed agent { id name availability role teams { id } }".to_owned()),
        "deactivateAgent" | "reactivateAgent" => {
            ("AgentInput", "changed agent { id deactivatedAt openConversationCount }".to_owned())
        }
        "createTeam" => ("CreateTeamInput", "changed team { id }".to_owned()),
        "updateTeam" => ("UpdateTeamInput", "changed team { id name members { id } }".to_owned()),
        "deleteTeam" => ("DeleteTeamInput", "deletedId".to_owned()),
        "createChannel" => ("CreateChannelInput", "changed channel { id }".to_owned()),
        "updateChannel" => {
            ("UpdateChannelInput", "changed channel { id name visibility agents { id } teams { id } }".to_owned())
        }
        "upsertCustomer" => ("UpsertCustomerInput", "changed customer { id blocked }".to_owned()),
        "createTag" => ("CreateTagInput", format!("changed tag {{ {TAG} }}")),
        "updateTag" => ("UpdateTagInput", format!("changed tag {{ {TAG} }}")),
        "deleteTag" => ("TagInput", "deletedId".to_owned()),
        "createApiToken" => ("CreateApiTokenInput", "apiToken { id } secret".to_owned()),
        "revokeApiToken" => ("RevokeApiTokenInput", "apiToken { id revokedAt }".to_owned()),
        other => panic!("teach document() the mutation {other}"),
    };
    format!(
        "mutation($input: {input}!) {{ {mutation}(input: $input) {{ {payload} userErrors {{ code message field }} }} }}"
    )
}
