//! Many at once (semantics §8.1, 8.11, 3.4; architecture §2): exactly one wins, nothing is lost, no deadlock reaches a client.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use switchboard::domain::cursor::Cursor;
use switchboard::store::Backend;

use crate::support::organisation::EVERYTHING;
use crate::support::{Answer, World, both, size};

both!(
    sixteen_messages_of_a_new_customer_make_one_conversation,
    sixteen_deliveries_of_one_message_give_one_entry,
    sixteen_mails_of_a_new_customer_make_one_customer,
    thirty_two_claims_have_one_winner,
    sixteen_writers_of_one_version_have_one_winner,
    a_message_and_a_close_at_once_lose_nothing,
    one_external_id_at_once_has_one_owner,
    two_nodes_share_one_log,
    all_pairs_of_mutations_run_crosswise,
);

/// How many do it at once.
const CLIENTS: usize = 16;

async fn sixteen_messages_of_a_new_customer_make_one_conversation(world: &World) {
    let gateway = world.gateway();
    let texts: Vec<String> = (0..CLIENTS).map(|at| format!("message {at}")).collect();
    let received = join_all(texts.iter().map(|text| gateway.receive(world.chat("visitor-1", text)))).await;
    let received: Vec<Answer> = received.into_iter().map(Answer::changed).collect();
    let id = received[0].conversation();
    assert!(received.iter().all(|one| one.conversation() == id));
    let created = received.iter().filter(|one| one.get("routing.decision") == "CREATE").count();
    assert_eq!(created, 1);
    let conversation = world.ada().conversation(&id).await;
    assert_eq!((&conversation["messageCount"], &conversation["version"]), (&json!(CLIENTS), &json!(CLIENTS + 1)));
    let document = "query($id: ID!) { conversation(id: $id) { timeline(first: 100) { nodes {
        id version cursor ... on Message { text } } } } }";
    let timeline = world.ada().query(document, json!({ "id": id })).await.ok();
    let nodes = timeline.at("conversation.timeline.nodes").as_array().unwrap();
    let versions: Vec<_> = nodes.iter().map(|node| node["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, (1..=CLIENTS as u64 + 1).collect::<Vec<_>>(), "in the log's order, with no gap");
    let positions: Vec<_> = nodes.iter().map(|node| position(&node["cursor"])).collect();
    assert!(positions.windows(2).all(|pair| pair[0] < pair[1]), "{positions:?}");
    for (one, text) in received.iter().zip(&texts) {
        let written = one.get("entries").as_array().unwrap().last().unwrap();
        let node = &nodes[usize::try_from(written["version"].as_u64().unwrap()).unwrap() - 1];
        assert_eq!((&node["id"], &node["text"]), (&written["id"], &json!(text)), "each where it was answered");
    }
}

/// The sequence number of a position in the log.
fn position(cursor: &Value) -> i64 {
    let bytes = URL_SAFE_NO_PAD.decode(cursor.as_str().unwrap()).unwrap();
    Cursor::from_bytes(&bytes).unwrap().seq
}

async fn sixteen_deliveries_of_one_message_give_one_entry(world: &World) {
    let gateway = world.gateway();
    let mut mail = world.mail("zoe@example.com", "Hello");
    mail["externalId"] = json!("<1@example.com>");
    let received = join_all((0..CLIENTS).map(|_| gateway.receive(mail.clone()))).await;
    let received: Vec<Answer> = received.into_iter().map(Answer::done).collect();
    assert_eq!(received.iter().filter(|one| one.get("changed") == true).count(), 1);
    assert!(received.iter().all(|one| one.get("message.id") == received[0].get("message.id")));
    let duplicates = received.iter().filter(|one| one.get("routing.decision") == "DUPLICATE").count();
    assert_eq!(duplicates, CLIENTS - 1);
}

async fn sixteen_mails_of_a_new_customer_make_one_customer(world: &World) {
    let gateway = world.gateway();
    let spelled = |at: usize| if at.is_multiple_of(2) { "zoe@example.com" } else { "ZOE@Example.Com" };
    let received = join_all((0..CLIENTS).map(|at| gateway.receive(world.mail(spelled(at), "Hello")))).await;
    let received: Vec<Answer> = received.into_iter().map(Answer::changed).collect();
    let customer = received[0].text("conversation.customer.id");
    assert!(received.iter().all(|one| one.text("conversation.customer.id") == customer));
    let mut numbers: Vec<i64> = received.iter().map(|one| one.int("conversation.number")).collect();
    numbers.sort_unstable();
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{numbers:?}");
}

async fn thirty_two_claims_have_one_winner(world: &World) {
    let id = world.opened().await;
    let mut agents = Vec::new();
    for at in 0..32 {
        let name = format!("claimer-{at}");
        let new = json!({ "handle": name, "name": name, "email": format!("{name}@example.org") });
        let agent = world.ada().mutate("createAgent", new).await.changed().text("agent.id");
        agents.push((world.client(&world.token(&agent, &EVERYTHING, None).await), agent));
    }
    let claims = agents.iter().map(|(client, agent)| {
        let claim = json!({ "conversationId": id, "assigneeId": agent, "onlyIfUnassigned": true });
        client.mutate("assignConversation", claim)
    });
    let answers: Vec<Answer> = join_all(claims).await.into_iter().map(Answer::ok).collect();
    let won: Vec<usize> = (0..32).filter(|at| answers[*at].get("changed") == true).collect();
    let [winner] = won[..] else { panic!("{won:?} won") };
    for (at, answer) in answers.into_iter().enumerate().filter(|(at, _)| *at != winner) {
        assert_eq!(answer.get("conversation.assignee.id"), &json!(agents[winner].1), "{at} sees who has it");
        answer.refused("ALREADY_ASSIGNED", "");
    }
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE", "ASSIGNED"]);
}

async fn sixteen_writers_of_one_version_have_one_winner(world: &World) {
    let id = world.opened().await;
    let bea = world.bea();
    let edits = (0..CLIENTS).map(|at| {
        let input = json!({ "conversationId": id, "subject": format!("subject {at}"), "expectedVersion": 2 });
        bea.mutate("updateConversation", input)
    });
    let answers: Vec<Answer> = join_all(edits).await.into_iter().map(Answer::ok).collect();
    assert_eq!(answers.iter().filter(|answer| answer.get("changed") == true).count(), 1);
    let conflicts = answers.iter().filter(|answer| !answer.refusals().is_empty());
    assert!(conflicts.clone().all(|answer| answer.refusals()[0].0 == "CONFLICT"));
    assert_eq!(conflicts.count(), CLIENTS - 1);
}

async fn a_message_and_a_close_at_once_lose_nothing(world: &World) {
    let (gateway, bea) = (world.gateway(), world.bea());
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    for _ in 0..8 {
        let close = bea.mutate("closeConversation", json!({ "conversationId": id }));
        let (received, closed) = join(gateway.receive(world.chat("visitor-1", "Wait")), close).await;
        let (received, closed) = (received.changed(), closed.changed());
        assert_eq!(received.conversation(), id);
        // Whoever came second decides; both orders are legal.
        let state = world.ada().conversation(&id).await["state"].clone();
        let reopened = received.kinds().contains(&"REOPENED".to_owned());
        assert_eq!(state, if reopened { "OPEN" } else { "CLOSED" }, "{received:#?} {closed:#?}");
        if !reopened {
            bea.mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
        }
    }
}

async fn two_nodes_share_one_log(world: &World) {
    if world.app.service.store.backend() == Backend::Sqlite {
        return; // One server a file.
    }
    let (base, app) = world.another_node().await;
    let other = world.client_at(&base, &world.organisation().gateway.token);
    let (here, there) = (world.gateway(), other);
    let both = (0..CLIENTS).map(|at| if at.is_multiple_of(2) { &here } else { &there });
    let received = join_all(both.map(|client| client.receive(world.chat("visitor-1", "Hello")))).await;
    let received: Vec<Answer> = received.into_iter().map(Answer::changed).collect();
    assert!(received.iter().all(|one| one.conversation() == received[0].conversation()));
    app.service.store.close().await;
}

/// A report gives a reply the id under which another customer's mail comes in.
async fn one_external_id_at_once_has_one_owner(world: &World) {
    let (gateway, bea) = (world.gateway(), world.bea());
    let id = world.opened().await;
    for round in 0..8 {
        let external = format!("<{round}@example.com>");
        let reply = json!({ "conversationId": id, "text": "Hi" });
        let message = bea.mutate("reply", reply).await.changed().text("message.id");
        let report = json!({ "messageId": message, "status": "SENT", "externalId": external });
        let mut mail = world.mail(&format!("yan{round}@example.com"), "Hello");
        mail["externalId"] = json!(external);
        let (reported, received) = if round % 2 == 0 {
            join(gateway.mutate("reportDelivery", report), gateway.receive(mail)).await
        } else {
            let (received, reported) = join(gateway.receive(mail), gateway.mutate("reportDelivery", report)).await;
            (reported, received)
        };
        let (reported, received) = (reported.ok(), received.done());
        if received.get("changed") == true {
            reported.refused("TAKEN", "input.externalId");
            assert_ne!(received.conversation(), id);
        } else {
            let reported = reported.changed();
            assert_eq!(received.get("routing.decision"), "DUPLICATE");
            assert_eq!(received.get("message.id"), reported.get("message.id"));
        }
    }
}

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
}

/// Every mutation there is, on the same few things; what must be unique is so in every round.
fn mutations(world: &World, few: &Few, round: usize) -> Vec<(&'static str, Value)> {
    let organisation = world.organisation();
    let Few { chat, mail, message, note, token, team, tags: [first, second], tickets } = few;
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
    let mut few = Few { chat, mail, message, note, token, team, tags, tickets };
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
