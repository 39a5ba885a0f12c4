//! Append, reopen or create (semantics §8.2–8.5, 8.7), and its preview.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    an_open_chat_is_appended_to_however_old,
    a_chat_reopens_at_exactly_24_hours,
    a_chat_past_24_hours_is_continued_by_a_new_conversation,
    the_window_counts_from_the_last_message,
    the_window_is_the_channels_policy,
    a_chat_in_spam_has_no_clean_twin,
    a_chat_goes_by_channel_and_customer,
    a_mail_is_a_new_conversation_unless_it_says_otherwise,
    a_mail_goes_where_what_it_answers_is,
    a_mail_goes_by_the_number_in_its_subject_if_the_customer_matches,
    a_closed_mail_conversation_always_reopens,
    an_answer_to_a_delivered_reply_finds_it,
    an_automatic_message_never_reopens,
    reopening_keeps_an_agent_who_is_online,
    reopening_clears_an_agent_who_is_away_and_keeps_the_team,
    a_preview_decides_like_receiving_and_writes_nothing,
);

async fn an_open_chat_is_appended_to_however_old(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.clock.advance(TimeDelta::days(400));
    let received = world.chatted("visitor-1", "Still there?").await;
    assert_eq!((received.get("routing.decision"), received.conversation()), (&json!("APPEND"), id));
    assert_eq!(received.kinds(), ["MESSAGE"]);
    // The first unanswered message counts.
    assert_eq!(received.get("conversation.waitingSince"), "2026-01-05T09:00:00Z");
}

async fn a_chat_reopens_at_exactly_24_hours(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.close(&id).await;
    world.clock.advance(TimeDelta::hours(24));
    let received = world.chatted("visitor-1", "One more thing").await;
    assert_eq!((received.get("routing.decision"), received.conversation()), (&json!("REOPEN"), id));
    assert_eq!(received.kinds(), ["MESSAGE", "REOPENED"]);
    assert_eq!(received.get("conversation.state"), "OPEN");
    assert_eq!(received.get("conversation.closedAt"), &Value::Null);
    assert_eq!(received.get("conversation.waitingSince"), "2026-01-06T09:00:00Z");
}

async fn a_chat_past_24_hours_is_continued_by_a_new_conversation(world: &World) {
    let old = world.chatted("visitor-1", "Hello").await.conversation();
    world.close(&old).await;
    world.clock.advance(TimeDelta::hours(24) + TimeDelta::microseconds(1));
    let received = world.chatted("visitor-1", "Hello again").await;
    assert_eq!(received.get("routing.decision"), "CREATE");
    let new = received.conversation();
    assert_ne!(new, old);
    assert_eq!(received.get("conversation.links"), &json!([{ "kind": "CONTINUES", "conversation": { "id": old } }]));
    assert_eq!(received.kinds(), ["CREATED", "MESSAGE", "LINKED"]);
    let left = world.ada().conversation(&old).await;
    assert_eq!(left["state"], "CLOSED");
    assert_eq!(left["links"], json!([{ "kind": "CONTINUED_BY", "conversation": { "id": new } }]));
    // From now on the new one is the customer's newest.
    assert_eq!(world.chatted("visitor-1", "And").await.conversation(), new);
}

async fn the_window_counts_from_the_last_message(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.clock.advance(TimeDelta::hours(20));
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    world.clock.advance(TimeDelta::hours(3));
    world.close(&id).await;
    world.clock.advance(TimeDelta::hours(21));
    assert_eq!(world.chatted("visitor-1", "Thanks").await.get("routing.decision"), "REOPEN");
    world.close(&id).await;
    world.clock.advance(TimeDelta::hours(20));
    // Closed 20 hours ago, but the last message is the one of 20 hours ago too: still open to return.
    assert_eq!(world.chatted("visitor-1", "Thanks!").await.get("routing.decision"), "REOPEN");
    world.clock.advance(TimeDelta::hours(23));
    world.close(&id).await;
    world.clock.advance(TimeDelta::hours(2));
    // Closed two hours ago, but silent for 25.
    assert_eq!(world.chatted("visitor-1", "Hello").await.get("routing.decision"), "CREATE");
}

async fn the_window_is_the_channels_policy(world: &World) {
    let policy = |channel: &str, window: Value| json!({ "channelId": channel, "policy": { "reopenWindow": window } });
    let organisation = world.organisation();
    world.ada().mutate("updateChannel", policy(&organisation.chat, json!(null))).await.changed();
    world.ada().mutate("updateChannel", policy(&organisation.mail, json!("PT1H"))).await.changed();
    let chat = world.chatted("visitor-1", "Hello").await.conversation();
    let mut mail = world.mail("zoe@example.com", "Hello");
    mail["externalId"] = json!("<1@example.com>");
    let mailed = world.gateway().receive(mail.clone()).await.changed().conversation();
    world.close(&chat).await;
    world.close(&mailed).await;
    world.clock.advance(TimeDelta::days(900));
    assert_eq!(world.chatted("visitor-1", "Hello").await.get("routing.decision"), "REOPEN");
    mail["externalId"] = json!(null);
    mail["inReplyTo"] = json!(["<1@example.com>"]);
    let received = world.gateway().receive(mail).await.changed();
    assert_eq!(received.get("routing.decision"), "CREATE");
    assert_eq!(received.get("conversation.links.0.kind"), "CONTINUES");
}

async fn a_chat_in_spam_has_no_clean_twin(world: &World) {
    world.block(json!({ "externalId": "visitor-1" })).await;
    let id = world.chatted("visitor-1", "Buy!").await.conversation();
    world.clock.advance(TimeDelta::days(30));
    let received = world.chatted("visitor-1", "Buy now!").await;
    assert_eq!((received.get("routing.decision"), received.conversation()), (&json!("APPEND"), id));
    assert_eq!(received.get("conversation.state"), "SPAM");
    assert_eq!(received.get("conversation.waitingSince"), &Value::Null);
    assert_eq!(received.kinds(), ["MESSAGE"]);
}

async fn a_chat_goes_by_channel_and_customer(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    assert_ne!(world.chatted("visitor-2", "Hello").await.conversation(), id);
    let input = json!({ "name": "Other chat", "kind": "CHAT" });
    let other = world.ada().mutate("createChannel", input).await.changed().text("channel.id");
    let mut chat = world.chat("visitor-1", "Hello");
    chat["channelId"] = json!(other);
    assert_eq!(world.gateway().receive(chat).await.changed().get("routing.decision"), "CREATE");
    assert_eq!(world.chatted("visitor-1", "Hello").await.conversation(), id);
}

async fn a_mail_is_a_new_conversation_unless_it_says_otherwise(world: &World) {
    let first = world.mailed("zoe@example.com", "Hello").await.conversation();
    let second = world.mailed("zoe@example.com", "Another matter").await;
    assert_eq!(second.get("routing.decision"), "CREATE");
    assert_ne!(second.conversation(), first);
    assert_eq!(second.get("conversation.links"), &json!([]));
}

async fn a_mail_goes_where_what_it_answers_is(world: &World) {
    let sent = |id: &str, answers: Value, from: &str| {
        let mut mail = world.mail(from, "Hello");
        mail["externalId"] = json!(id);
        mail["inReplyTo"] = answers;
        async move { world.gateway().receive(mail).await.changed() }
    };
    let one = sent("<1@x>", json!(null), "zoe@example.com").await;
    let two = sent("<2@x>", json!(null), "zoe@example.com").await;
    assert_eq!(sent("<3@x>", json!(["<1@x>"]), "zoe@example.com").await.conversation(), one.conversation());
    // The first known id counts; unknown ones count for nothing; a colleague may answer.
    let colleague = sent("<4@x>", json!(["<none@x>", "<2@x>", "<1@x>"]), "yan@example.com").await;
    assert_eq!((colleague.get("routing.decision"), colleague.conversation()), (&json!("APPEND"), two.conversation()));
    assert_eq!(sent("<5@x>", json!(["<none@x>"]), "zoe@example.com").await.get("routing.decision"), "CREATE");
    // An id over the limit was never kept, so it answers nothing; it isn't refused either.
    let long = json!(["x".repeat(2_000), "a\0b", "<1@x>"]);
    assert_eq!(sent("<6@x>", long, "zoe@example.com").await.conversation(), one.conversation());
    // The answered id beats the number in the subject.
    let mut both = world.mail("zoe@example.com", "Hello");
    both["inReplyTo"] = json!(["<1@x>"]);
    both["subject"] = json!(format!("Re: [#{}]", two.int("conversation.number")));
    assert_eq!(world.gateway().receive(both).await.changed().conversation(), one.conversation());
}

async fn a_mail_goes_by_the_number_in_its_subject_if_the_customer_matches(world: &World) {
    let first = world.mailed("zoe@example.com", "Hello").await;
    let number = first.int("conversation.number");
    let with_subject = |from: &str, subject: String| {
        let mut mail = world.mail(from, "Hello");
        mail["subject"] = json!(subject);
        async move { world.gateway().receive(mail).await.changed() }
    };
    let found = with_subject("ZOE@example.com", format!("Re: Order [#{number}] again")).await;
    assert_eq!((found.get("routing.decision"), found.conversation()), (&json!("APPEND"), first.conversation()));
    let stranger = with_subject("yan@example.com", format!("Re: [#{number}]")).await;
    assert_eq!(stranger.get("routing.decision"), "CREATE");
    for subject in [format!("#{number}"), "[#]".to_owned(), "[#99999999999999999999]".to_owned(), "[#0]".to_owned()] {
        let other = with_subject("zoe@example.com", subject).await;
        assert_eq!(other.get("routing.decision"), "CREATE", "{other:#?}");
    }
}

async fn a_closed_mail_conversation_always_reopens(world: &World) {
    let first = world.mailed("zoe@example.com", "Hello").await;
    world.close(&first.conversation()).await;
    world.clock.advance(TimeDelta::days(3_000));
    let mut mail = world.mail("zoe@example.com", "Hello again");
    mail["subject"] = json!(format!("[#{}]", first.int("conversation.number")));
    let received = world.gateway().receive(mail).await.changed();
    assert_eq!((received.get("routing.decision"), received.conversation()), (&json!("REOPEN"), first.conversation()));
    assert_eq!(received.get("conversation.state"), "OPEN");
}

async fn an_answer_to_a_delivered_reply_finds_it(world: &World) {
    let id = world.opened().await;
    let reply = world.bea().mutate("reply", json!({ "conversationId": id, "text": "On its way" })).await.changed();
    let report = json!({ "messageId": reply.text("message.id"), "status": "SENT", "externalId": "<r1@desk>" });
    world.gateway().mutate("reportDelivery", report).await.changed();
    let mut mail = world.mail("zoe@example.com", "Thank you");
    mail["inReplyTo"] = json!(["<r1@desk>"]);
    let received = world.gateway().receive(mail).await.changed();
    assert_eq!(received.conversation(), id);
}

async fn an_automatic_message_never_reopens(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.close(&id).await;
    let automatic = async || -> Answer {
        let mut chat = world.chat("visitor-1", "Read");
        chat["automatic"] = json!(true);
        world.gateway().receive(chat).await.changed()
    };
    for _ in 0..2 {
        let received = automatic().await;
        assert_eq!((received.get("routing.decision"), received.conversation()), (&json!("APPEND"), id.clone()));
        assert_eq!(received.get("conversation.state"), "CLOSED");
        assert_eq!(received.get("conversation.waitingSince"), &Value::Null);
        world.clock.advance(TimeDelta::days(10));
    }
}

async fn reopening_keeps_an_agent_who_is_online(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.assign(&id, &world.organisation().bea.id).await;
    world.close(&id).await;
    let received = world.chatted("visitor-1", "Hello again").await;
    assert_eq!(received.get("conversation.assignee.id"), &json!(world.organisation().bea.id));
    assert_eq!(received.kinds(), ["MESSAGE", "REOPENED"]);
}

async fn reopening_clears_an_agent_who_is_away_and_keeps_the_team(world: &World) {
    let organisation = world.organisation();
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    let both = json!({ "conversationId": id, "assigneeId": organisation.bea.id, "teamId": organisation.support });
    world.ada().mutate("assignConversation", both).await.changed();
    world.close(&id).await;
    world.away(&organisation.bea.id).await;
    let received = world.chatted("visitor-1", "Hello again").await;
    assert_eq!(received.kinds(), ["MESSAGE", "REOPENED", "ASSIGNED"]);
    assert_eq!(received.get("conversation.assignee"), &Value::Null);
    assert_eq!(received.get("conversation.team.id"), &json!(organisation.support));
}

const PREVIEW: &str = "query($input: ReceiveMessageInput!) {
    previewRouting(input: $input) { decision reason conversation { id } } }";

async fn a_preview_decides_like_receiving_and_writes_nothing(world: &World) {
    let preview = async |input: &Value| -> Value {
        let head = world.app.service.store.head().await.unwrap();
        let answer = world.gateway().query(PREVIEW, json!({ "input": input })).await.ok();
        assert_eq!(world.app.service.store.head().await.unwrap(), head, "nothing was written");
        answer.at("previewRouting").clone()
    };
    let mut chat = world.chat("visitor-1", "Hello");
    chat["externalId"] = json!("m1");
    let before = preview(&chat).await;
    assert_eq!((&before["decision"], &before["conversation"]), (&json!("CREATE"), &Value::Null));
    let received = world.gateway().receive(chat.clone()).await.changed();
    assert_eq!(received.get("routing.reason"), &before["reason"]);
    assert_eq!(preview(&chat).await["decision"], "DUPLICATE");
    let id = received.conversation();
    chat["externalId"] = json!("m2");
    assert_eq!(
        (&preview(&chat).await["decision"], &preview(&chat).await["conversation"]["id"]),
        (&json!("APPEND"), &json!(id))
    );
    world.close(&id).await;
    world.clock.advance(TimeDelta::hours(24));
    assert_eq!(preview(&chat).await["decision"], "REOPEN");
    world.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(preview(&chat).await["decision"], "CREATE");
    world.bea().query(PREVIEW, json!({ "input": chat })).await.failed("FORBIDDEN");
    let mut unknown = chat.clone();
    unknown["channelId"] = json!("channel_01h455vb4pex5vsknk084sn02q");
    assert_eq!(preview(&unknown).await, Value::Null);
    chat["customer"] = json!({});
    world.gateway().query(PREVIEW, json!({ "input": chat })).await.failed("BAD_REQUEST");
}
