//! Many at once (semantics §8.1, 8.11, 3.4; architecture §2): exactly one wins, nothing is lost, no deadlock reaches a client.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use switchboard::store::Backend;

use crate::support::{Answer, World, both};

both!(
    sixteen_messages_of_a_new_customer_make_one_conversation,
    sixteen_deliveries_of_one_message_give_one_entry,
    sixteen_mails_of_a_new_customer_make_one_customer,
    sixteen_claims_have_one_winner,
    sixteen_writers_of_one_version_have_one_winner,
    a_message_and_a_close_at_once_lose_nothing,
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
        version cursor ... on Message { text } } } } }";
    let timeline = world.ada().query(document, json!({ "id": id })).await.ok();
    let nodes = timeline.at("conversation.timeline.nodes").as_array().unwrap().clone();
    let mut seen: Vec<_> = nodes.iter().filter_map(|node| node["text"].as_str().map(str::to_owned)).collect();
    seen.sort();
    let mut sent = texts;
    sent.sort();
    assert_eq!(seen, sent, "each message once");
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

async fn sixteen_claims_have_one_winner(world: &World) {
    let id = world.opened().await;
    let organisation = world.organisation();
    let agents = [(world.bea(), &organisation.bea.id), (world.carl(), &organisation.carl.id)];
    let claims = (0..CLIENTS).map(|at| {
        let (client, agent) = &agents[at % 2];
        client.mutate(
            "assignConversation",
            json!({ "conversationId": id, "assigneeId": agent, "onlyIfUnassigned": true }),
        )
    });
    let answers: Vec<Answer> = join_all(claims).await.into_iter().map(Answer::ok).collect();
    assert_eq!(answers.iter().filter(|answer| answer.get("changed") == true).count(), 1);
    let refused = answers.iter().filter(|answer| !answer.refusals().is_empty());
    assert!(refused.clone().all(|answer| answer.refusals()[0].0 == "ALREADY_ASSIGNED"));
    assert_eq!(refused.count(), CLIENTS / 2);
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

/// Every mutation there is, on the same few things.
fn mutations(world: &World, chat: &str, mail: &str, message: &str, round: usize) -> Vec<(&'static str, Value)> {
    let organisation = world.organisation();
    let mut answering = world.mail("zoe@example.com", "crosswise");
    answering["inReplyTo"] = json!(["<1@example.com>"]);
    let starting =
        json!({ "channelId": organisation.chat, "customer": { "externalId": "visitor-1" }, "text": "started" });
    let both = json!({ "conversationId": chat, "assigneeId": organisation.bea.id, "teamId": organisation.support });
    let status = ["SENT", "DELIVERED", "FAILED"][round % 3];
    vec![
        ("receiveMessage", world.chat("visitor-1", "crosswise")),
        ("receiveMessage", answering),
        ("startConversation", starting),
        ("reply", json!({ "conversationId": chat, "text": "crosswise" })),
        ("reply", json!({ "conversationId": mail, "text": "crosswise", "then": { "close": true } })),
        ("reportDelivery", json!({ "messageId": message, "status": status, "externalId": format!("d{round}") })),
        ("assignConversation", both),
        ("assignConversation", json!({ "conversationId": chat, "assigneeId": organisation.carl.id, "teamId": null })),
        ("closeConversation", json!({ "conversationId": chat })),
        ("reopenConversation", json!({ "conversationId": chat })),
        ("updateConversation", json!({ "conversationId": mail, "subject": format!("subject {round}") })),
        ("upsertCustomer", json!({ "externalId": "visitor-1", "fullName": format!("Visitor {round}") })),
        ("updateChannel", json!({ "channelId": organisation.chat, "name": format!("Chat {round}") })),
        ("updateTeam", json!({ "teamId": organisation.support, "name": format!("Support {round}") })),
        ("updateAgent", json!({ "agentId": organisation.bea.id, "name": format!("Bea {round}") })),
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
    let count = mutations(world, &chat, &mail, &message, 0).len();
    for one in 0..count {
        for other in one..count {
            let round = one * count + other;
            let all = mutations(world, &chat, &mail, &message, round);
            let (first, second) = (&all[one], &all[other]);
            // Each twice, so that the pair meets in both orders.
            let pairs = [first, second, first, second];
            let answers = join_all(pairs.map(|(mutation, input)| ada.mutate(mutation, input.clone()))).await;
            for (answer, (mutation, _)) in answers.into_iter().zip(pairs) {
                assert!(answer.error_codes().is_empty(), "{mutation} of {} and {}: {answer:#?}", first.0, second.0);
            }
        }
    }
}
