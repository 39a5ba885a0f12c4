//! Every mutation beside every other, on the same few things at once (architecture §2): no deadlock reaches a client, and what the log
//! tells afterwards is the rows.

use futures_util::future::join_all;
use serde_json::{Value, json};
use switchboard::store::Backend;

use crate::support::{World, both, size, workflows};

both!(all_pairs_of_mutations_run_crosswise);

/// What every mutation is tried on.
struct Few {
    chat: String,
    mail: String,
    message: String,
    note: String,
    token: String,
    team: String,
    tags: [String; 2],
    tickets: [String; 2],
    workflows: [String; 3],
}

/// Every mutation there is, on the same few things; what must be unique is so in every round.
fn mutations(world: &World, few: &Few, round: usize) -> Vec<(&'static str, Value)> {
    let organisation = world.organisation();
    let Few { chat, mail, message, note, token, team, tags: [first, second], tickets, workflows } = few;
    let mut answering = world.mail("zoe@example.com", "crosswise");
    answering["inReplyTo"] = json!(["<1@example.com>"]);
    let mut other = world.mail(&format!("yan{round}@example.com"), "crosswise");
    other["externalId"] = json!(format!("d{round}"));
    let starting =
        json!({ "channelId": organisation.chat, "customer": { "externalId": "visitor-1" }, "text": "started" });
    let both = json!({ "conversationId": chat, "assigneeId": organisation.bea.id, "teamId": organisation.support });
    let status = ["SENT", "DELIVERED", "FAILED"][round % 3];
    let priority = ["LOW", "HIGH"][round % 2];
    let family = ["PARENT", "CHILD"][round % 2];
    let progress = ["RESOLVED", "OPEN", "IN_PROGRESS"][round % 3];
    let reference = json!({ "system": "jira", "key": "A-1" });
    let source = [chat, mail][round % 2];
    // Whatever can be locked, against the order in which it is.
    let several = json!([{ "addTags": [second] }, { "assign": { "teamId": organisation.support } }, { "addNote": { "text": "@carl" } },
        { "addTags": [first] }, { "markAsSpam": { "blockSender": true } }, { "restoreFromSpam": { "unblockSender": true } }]);
    let mut all = vec![
        ("receiveMessage", world.chat("visitor-1", "crosswise")),
        ("receiveMessage", answering),
        ("receiveMessage", other),
        ("startConversation", starting),
        ("reply", json!({ "conversationId": chat, "text": "crosswise" })),
        ("reply", json!({ "conversationId": mail, "text": "crosswise", "then": { "close": true } })),
        ("reportDelivery", json!({ "messageId": message, "status": status, "externalId": format!("d{round}") })),
        ("assignConversation", both),
        ("assignConversation", json!({ "conversationId": chat, "assigneeId": organisation.carl.id, "teamId": null })),
        // Each meets the tags in another order.
        ("addTags", json!({ "conversationId": chat, "tagIds": [first, second] })),
        ("addTags", json!({ "conversationId": mail, "tagIds": [second, first] })),
        ("removeTags", json!({ "conversationId": chat, "tagIds": [second, first] })),
        ("setPriority", json!({ "conversationId": chat, "priority": priority })),
        ("createTag", json!({ "name": format!("new-{round}") })),
        ("updateTag", json!({ "tagId": first, "description": format!("tag {round}") })),
        ("deleteTag", json!({ "tagId": second })),
        ("snoozeConversation", json!({ "conversationId": chat, "until": { "preset": "TOMORROW_MORNING" } })),
        ("wakeConversation", json!({ "conversationId": chat })),
        ("closeConversation", json!({ "conversationId": chat })),
        ("reopenConversation", json!({ "conversationId": chat })),
        ("markAsSpam", json!({ "conversationId": chat, "blockSender": true })),
        ("restoreFromSpam", json!({ "conversationId": chat, "unblockSender": true })),
        ("updateConversation", json!({ "conversationId": mail, "subject": format!("subject {round}") })),
        ("applyActions", json!({ "conversationId": chat, "actions": several })),
        ("bulkApplyActions", json!({ "target": { "conversationIds": [chat, mail] }, "actions": [{ "wake": true }] })),
        ("createMacro", json!({ "name": format!("new-{round}"), "actions": [{ "close": true }] })),
        (
            "createWorkflow",
            workflows::input(
                &format!("new-{round}"),
                json!({ "position": 1, "actions": [{ "assign": { "assigneeId": organisation.carl.id } }] }),
            ),
        ),
        // Each makes the others give way.
        (
            "updateWorkflow",
            json!({ "workflowId": workflows[0], "position": round % 4 + 1, "name": format!("one {round}") }),
        ),
        ("updateWorkflow", json!({ "workflowId": workflows[1], "position": (round + 2) % 4 + 1, "trigger": "TAGGED" })),
        ("deleteWorkflow", json!({ "workflowId": workflows[2] })),
        ("addNote", json!({ "conversationId": mail, "text": "@support @dora" })),
        ("editNote", json!({ "noteId": note, "text": format!("@carl {round}") })),
        ("linkConversations", json!({ "conversationId": chat, "otherId": mail, "kind": family })),
        ("linkConversations", json!({ "conversationId": mail, "otherId": chat })),
        ("unlinkConversations", json!({ "conversationId": mail, "otherId": chat })),
        ("followConversation", json!({ "conversationId": chat })),
        ("unfollowConversation", json!({ "conversationId": chat })),
        ("addFollowers", json!({ "conversationId": chat, "agentIds": [organisation.carl.id, organisation.bea.id] })),
        ("removeFollowers", json!({ "conversationId": chat, "agentIds": [organisation.bea.id, organisation.carl.id] })),
        ("markConversationRead", json!({ "conversationId": chat })),
        ("markConversationUnread", json!({ "conversationId": chat })),
        ("markNotificationsRead", json!({ "all": true })),
        ("deleteNote", json!({ "noteId": note })),
        // Each meets the other's conversations, agents and tags in another order.
        (
            "createTicket",
            json!({ "conversationId": source, "assigneeId": organisation.carl.id, "teamId": organisation.support,
            "tagIds": [second, first], "externalRefs": [{ "system": "github", "key": round.to_string() }] }),
        ),
        (
            "updateTicket",
            json!({ "ticketId": tickets[0], "status": progress, "assigneeId": organisation.bea.id,
            "tagIds": [first, second], "removeExternalRefs": [reference] }),
        ),
        (
            "updateTicket",
            json!({ "ticketId": tickets[1], "status": progress, "teamId": organisation.support,
            "tagIds": [second], "addExternalRefs": [reference] }),
        ),
        (
            "linkTicket",
            json!({ "ticketId": tickets[0], "conversationId": mail, "reopenOnResolve": round.is_multiple_of(2) }),
        ),
        ("linkTicket", json!({ "ticketId": tickets[1], "conversationId": mail, "reopenOnResolve": true })),
        ("unlinkTicket", json!({ "ticketId": tickets[0], "conversationId": chat })),
        ("upsertCustomer", json!({ "externalId": "visitor-1", "fullName": format!("Visitor {round}") })),
        ("assignConversation", json!({ "conversationId": mail, "assigneeId": null, "teamId": team })),
        ("deleteTeam", json!({ "teamId": team, "reassignToTeamId": organisation.support })),
        ("revokeApiToken", json!({ "apiTokenId": token })),
    ];
    all.extend(set_ups(world, round));
    all.extend(memberships(world, round));
    all
}

/// The mutations of agents, teams, channels and tokens.
fn set_ups(world: &World, round: usize) -> Vec<(&'static str, Value)> {
    let organisation = world.organisation();
    let (bea, carl, support) = (&organisation.bea.id, &organisation.carl.id, &organisation.support);
    let (name, email) = (format!("new-{round}"), format!("new-{round}@example.org"));
    let restricted = json!({ "name": name, "kind": "CHAT", "visibility": "RESTRICTED", "agentIds": [carl, bea],
        "teamIds": [support, organisation.billing] });
    let bot = json!({ "name": name, "owner": { "newIntegrationName": name }, "scopes": ["CONVERSATIONS_READ"],
        "channelIds": [organisation.chat] });
    vec![
        ("createAgent", json!({ "handle": name, "name": name, "email": email, "teamIds": [support] })),
        ("updateAgent", json!({ "agentId": bea, "name": format!("Bea {round}") })),
        // A key of the agent's row, which what refers to it would wait for.
        (
            "updateAgent",
            json!({ "agentId": bea, "handle": format!("bea-{round}"), "email": format!("bea-{round}@example.org") }),
        ),
        // So that an admin is left, this one locks them all.
        ("updateAgent", json!({ "agentId": carl, "role": "AGENT", "name": format!("Carl {round}") })),
        ("createTeam", json!({ "slug": name, "name": name, "memberIds": [carl, bea] })),
        ("updateTeam", json!({ "teamId": support, "name": format!("Support {round}") })),
        ("createChannel", restricted),
        (
            "updateChannel",
            json!({ "channelId": organisation.chat, "name": format!("Chat {round}"),
                "policy": { "autoCloseAfter": format!("PT{}M", round + 1) } }),
        ),
        ("createApiToken", bot),
    ]
}

/// Who belongs where, and what follows from it in conversations; back and forth from round to round.
fn memberships(world: &World, round: usize) -> [(&'static str, Value); 6] {
    let organisation = world.organisation();
    let (bea, carl, dora) = (&organisation.bea.id, &organisation.carl.id, &organisation.dora.id);
    let (support, billing) = (&organisation.support, &organisation.billing);
    let even = round.is_multiple_of(2);
    let members = if even { json!([carl]) } else { json!([bea, carl]) };
    let mode = if even { "ROUND_ROBIN" } else { "LEAST_BUSY" };
    let teams = if even { json!([support]) } else { json!([billing, support]) };
    let restricted = json!({ "channelId": organisation.mail, "visibility": "RESTRICTED", "agentIds": [bea] });
    let open = json!({ "channelId": organisation.mail, "visibility": "EVERYONE" });
    [
        ("updateTeam", json!({ "teamId": support, "memberIds": members, "autoAssignment": mode })),
        ("updateAgent", json!({ "agentId": bea, "teamIds": teams })),
        ("updateChannel", if even { restricted } else { open }),
        ("updateAgent", json!({ "agentId": carl, "role": if even { "ADMIN" } else { "AGENT" } })),
        ("deactivateAgent", json!({ "agentId": dora })),
        ("reactivateAgent", json!({ "agentId": dora })),
    ]
}

async fn all_pairs_of_mutations_run_crosswise(world: &World) {
    let ada = world.ada();
    let chat = world.chatted("visitor-1", "Hello").await.conversation();
    let mut mail = world.mail("zoe@example.com", "Hello");
    mail["externalId"] = json!("<1@example.com>");
    let mail = world.gateway().receive(mail).await.changed().conversation();
    let reply = json!({ "conversationId": mail, "text": "Hi" });
    let message = ada.mutate("reply", reply).await.changed().text("message.id");
    let note = a_note(world, &mail).await;
    let (token, team, tags) = (String::new(), String::new(), Default::default());
    let tickets = [world.ticket_of(&chat).await, world.ticket_of(&mail).await];
    let workflows = [a_workflow(world, 0).await, a_workflow(world, 1).await, String::new()];
    let mut few = Few { chat, mail, message, note, token, team, tags, tickets, workflows };
    let names: Vec<_> = mutations(world, &few, 0).into_iter().map(|(name, _)| name).collect();
    // SQLite has one writer, so that no two locks can cross: there each meets itself and the next.
    let reach = if world.app.service.store.backend() == Backend::Sqlite { 2 } else { names.len() };
    let drawn = drawn();
    for one in 0..names.len() {
        for other in
            (one..names.len()).take(reach).filter(|other| drawn.is_none_or(|drawn| (one + other) % SHARE == drawn))
        {
            let round = one * names.len() + other;
            if [names[one], names[other]].contains(&"revokeApiToken") {
                few.token = a_token(world, round).await;
            }
            if [names[one], names[other]].iter().any(|name| ["editNote", "deleteNote"].contains(name)) {
                few.note = a_note(world, &few.mail).await;
            }
            if [names[one], names[other]].contains(&"deleteWorkflow") {
                few.workflows[2] = a_workflow(world, round + 2).await;
            }
            if [names[one], names[other]].contains(&"deleteTeam") {
                few.team = a_team(world, round).await;
            }
            let labels = |name: &str| name.ends_with("Tags") || name.ends_with("Tag") || name == "applyActions";
            let tickets = |name: &str| ["createTicket", "updateTicket"].contains(&name);
            let pair = [names[one], names[other]];
            if pair.into_iter().any(labels) || pair.into_iter().all(tickets) {
                // Unused ones: who uses them first writes that down.
                few.tags = [world.tag(&format!("one {round}")).await, world.tag(&format!("two {round}")).await];
            }
            let all = mutations(world, &few, round);
            let (first, second) = (&all[one], &all[other]);
            // Each twice, so that the pair meets in both orders.
            let pairs = [first, second, first, second];
            let answers = join_all(pairs.map(|(mutation, input)| ada.mutate(mutation, input.clone()))).await;
            for (answer, (mutation, _)) in answers.iter().zip(pairs) {
                assert!(answer.error_codes().is_empty(), "{mutation} of {} and {}: {answer:#?}", first.0, second.0);
            }
            for new in [first, second].into_iter().filter(|(mutation, _)| mutation.starts_with("create")) {
                let made =
                    answers.iter().zip(pairs).filter(|(answer, pair)| *pair == new && answer.refusals().is_empty());
                let made = made.count();
                // A ticket names a tag that may be deleted first.
                let one = if new.0 == "createTicket" { made <= 1 } else { made == 1 };
                assert!(one, "{made} {} of {} and {}: {answers:#?}", new.0, first.0, second.0);
            }
        }
    }
}

/// Pairs grow with the square of the mutations: in the suite every run takes another share of them, at full size all.
const SHARE: usize = 3;

fn drawn() -> Option<usize> {
    let mut random = [0];
    getrandom::fill(&mut random).unwrap();
    (size(1) == 1).then_some(usize::from(random[0]) % SHARE)
}

/// A token to revoke.
async fn a_token(world: &World, round: usize) -> String {
    let owner = json!({ "integrationId": world.organisation().robot.id });
    let new = json!({ "name": format!("old-{round}"), "owner": owner, "scopes": ["CONVERSATIONS_READ"] });
    world.ada().mutate("createApiToken", new).await.done().text("apiToken.id")
}

/// A workflow to move or delete.
async fn a_workflow(world: &World, round: usize) -> String {
    world.workflow(&format!("old-{round}"), json!({})).await
}

/// A note to edit or delete.
async fn a_note(world: &World, conversation: &str) -> String {
    let note = json!({ "conversationId": conversation, "text": "@bea" });
    world.ada().mutate("addNote", note).await.changed().text("note.id")
}

/// A team to delete, which has a conversation.
async fn a_team(world: &World, round: usize) -> String {
    let name = format!("old-{round}");
    let members = [&world.organisation().bea.id];
    let new = json!({ "slug": name, "name": name, "autoAssignment": "LEAST_BUSY", "memberIds": members });
    let team = world.ada().mutate("createTeam", new).await.changed().text("team.id");
    let id = world.mailed(&format!("{name}@example.com"), "Hello").await.conversation();
    world.give(&id, &team).await;
    team
}
