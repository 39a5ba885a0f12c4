//! Many at once (semantics §8.1, 8.11, 3.4; architecture §2): exactly one wins, nothing is lost, no deadlock reaches a client.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use switchboard::domain::cursor::Cursor;
use switchboard::store::Backend;

use crate::support::organisation::EVERYTHING;
use crate::support::{Answer, World, both};

both!(
    sixteen_messages_of_a_new_customer_make_one_conversation,
    sixteen_deliveries_of_one_message_give_one_entry,
    sixteen_mails_of_a_new_customer_make_one_customer,
    thirty_two_claims_have_one_winner,
    sixteen_writers_of_one_version_have_one_winner,
    a_message_and_a_close_at_once_lose_nothing,
    one_external_id_at_once_has_one_owner,
    two_nodes_share_one_log,
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
