//! The workflows of docs/workflows.md, taken from the page and played: each recipe with a message that it fits and one that it doesn't.

mod page;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{World, both};
use page::{fill, first_steps, id, recipes};

both!(
    the_first_five_minutes_lead_where_they_say,
    spam_words_mark_strangers_alone_and_tell_nobody,
    the_first_mail_is_answered_at_once_and_its_sender_still_waits,
    a_bug_report_becomes_one_ticket_with_its_tag,
    enterprise_customers_are_urgent_however_they_are_known,
    vip_customers_go_to_their_team,
    refunds_go_to_billing_by_the_words_of_the_first_message,
    the_chat_goes_to_support,
    a_thank_you_closes_what_was_closed_and_nothing_else,
    what_is_answered_sleeps_for_three_days,
    a_team_hears_of_what_comes_back_to_nobody,
    all_recipes_together_hand_out_each_conversation_once,
);

/// Each recipe of the page is created by a test of this file.
#[test]
fn every_recipe_of_the_page_has_its_story() {
    let stories = include_str!("recipes.rs");
    let titles: Vec<_> = recipes().into_iter().map(|(title, _)| title).collect();
    assert_eq!(titles.len(), 10, "{titles:?}");
    for title in titles {
        assert!(stories.contains(&format!("cook(world, \"{title}\")")), "no story creates {title}");
    }
}

/// Creates what a recipe says.
async fn cook(world: &World, title: &str) {
    let (_, inputs) = recipes().into_iter().find(|(of, _)| *of == title).unwrap();
    for mut input in inputs {
        fill(world, &mut input).await;
        world.ada().mutate("createWorkflow", input).await.changed();
    }
}

/// A customer writes, and the workflows are done with it; the conversation's id.
async fn write(world: &World, channel: &str, customer: Value, text: &str) -> String {
    let input = json!({ "channelId": id(world, "channel", channel).await, "customer": customer, "text": text });
    let received = world.gateway().receive(input).await.changed().conversation();
    world.run_due().await;
    received
}

/// The same by mail, of somebody of whom nothing else is known.
async fn mail(world: &World, from: &str, text: &str) -> String {
    write(world, "mail", json!({ "email": from }), text).await
}

/// What workflows did in a conversation: the kind of each of their entries, which workflow, and how deep.
async fn deeds(world: &World, conversation: &str) -> Vec<String> {
    let document = "query($id: ID!) { conversation(id: $id) { timeline(first: 100) { nodes {
        kind actor { __typename displayName } cause { depth workflowRun { workflow { name } conversation { id } } } } } } }";
    let answer = world.ada().query(document, json!({ "id": conversation })).await.ok();
    let mut told = Vec::new();
    for node in answer.at("conversation.timeline.nodes").as_array().unwrap() {
        let (actor, run) = (&node["actor"], &node["cause"]["workflowRun"]);
        if actor["__typename"] != "Workflow" {
            assert_eq!(run, &Value::Null, "{node:#}");
            continue;
        }
        assert_eq!(actor["displayName"], run["workflow"]["name"], "{node:#}");
        assert_eq!(run["conversation"]["id"], conversation, "{node:#}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        told.push(format!("{} by {}, {}", text(&node["kind"]), text(&actor["displayName"]), node["cause"]["depth"]));
    }
    told
}

/// Fields of a conversation, as the admin sees it.
async fn shown<const N: usize>(world: &World, conversation: &str, fields: [&str; N]) -> [Value; N] {
    let conversation = world.ada().conversation(conversation).await;
    fields.map(|field| match field.split_once('.') {
        Some((list, field)) => conversation[list].as_array().map_or_else(
            || conversation[list][field].clone(),
            |list| list.iter().map(|one| one[field].clone()).collect(),
        ),
        None => conversation[field].clone(),
    })
}

/// Somebody has it from now on.
async fn give(world: &World, conversation: &str, agent: &str) {
    world.assign(conversation, agent).await;
    world.run_due().await;
}

async fn act(world: &World, mutation: &str, input: Value) {
    world.bea().mutate(mutation, input).await.changed();
    world.run_due().await;
}

async fn the_first_five_minutes_lead_where_they_say(world: &World) {
    let [attempt, make, write, read] = first_steps()[..] else { panic!("there are four steps") };
    let (team, channel) = (&world.organisation().billing, &world.organisation().mail);
    let before = mail(world, "zoe@example.com", "I'd like a REFUND.").await;
    let seq = world.last_seq().await;
    let tried = world.ada().query(attempt, json!({ "team": team, "conversation": before })).await.done();
    assert_eq!(tried.get("matched"), true);
    assert_eq!(
        tried.get("verdicts"),
        &json!([{ "path": "all", "matched": true }, { "path": "all[0].text", "matched": true },
            { "path": "all[1].unassigned", "matched": true }])
    );
    let done = json!([{ "action": "ASSIGN", "changed": true, "error": null },
        { "action": "SET_PRIORITY", "changed": true, "error": null }]);
    assert_eq!(tried.get("outcomes"), &done);
    assert_eq!(world.last_seq().await, seq, "nothing is written");

    let made = world.ada().query(make, json!({ "team": team })).await.done();
    assert_eq!((made.get("workflow.position"), made.get("workflow.enabled")), (&json!(1), &json!(true)));
    let written = world.gateway().query(write, json!({ "channel": channel })).await.done().conversation();
    world.run_due().await;
    let read = world.ada().query(read, json!({ "conversation": written })).await.ok();
    assert_eq!(read.at("conversation.team.name"), "billing");
    assert_eq!(read.at("conversation.priority"), "HIGH");
    let entries = read.at("conversation.timeline.nodes").as_array().unwrap();
    assert_eq!(entries.len(), 4, "{entries:#?}");
    for entry in &entries[2..] {
        assert_eq!(entry["actor"], json!({ "__typename": "Workflow", "displayName": "Money back" }));
        assert_eq!(entry["cause"]["depth"], 1);
        assert_eq!(entry["cause"]["workflowRun"]["entry"], json!({ "version": 2, "kind": "MESSAGE" }));
    }
    assert_eq!(shown(world, &before, ["version"]).await, [json!(2)], "what was there before starts nothing");
}

async fn spam_words_mark_strangers_alone_and_tell_nobody(world: &World) {
    cook(world, "Spam words").await;
    let spam = mail(world, "offer@spam.example", "We put your shop on PAGE ONE, guaranteed.").await;
    assert_eq!(shown(world, &spam, ["state", "spam"]).await, [json!("SPAM"), json!({ "reason": "MARKED" })]);
    assert_eq!(deeds(world, &spam).await, ["MARKED_AS_SPAM by Spam words, 1"]);
    let customer = json!({ "email": "zoe@example.com", "attributes": { "plan": "basic" } });
    let known = write(world, "mail", customer, "You wrote \"Limited offer!!!\", is it still on?").await;
    let other = mail(world, "yan@example.com", "What does your offer cover?").await;
    // What a machine began starts nothing.
    let mut away = world.mail("xaver@example.com", "Limited offer!!! I am out of office.");
    away["automatic"] = json!(true);
    let away = world.gateway().receive(away).await.changed().conversation();
    world.run_due().await;
    for id in [known, other, away] {
        assert_eq!(shown(world, &id, ["state"]).await, [json!("OPEN")]);
        assert_eq!(deeds(world, &id).await, [""; 0]);
    }
    let notices = world.bea().query("{ notifications { nodes { id } } }", json!({})).await.ok();
    assert_eq!(notices.at("notifications.nodes"), &json!([]));
}

async fn the_first_mail_is_answered_at_once_and_its_sender_still_waits(world: &World) {
    cook(world, "A first answer at once").await;
    let first = mail(world, "zoe@example.com", "Where is my order?").await;
    assert_eq!(deeds(world, &first).await, ["MESSAGE by First answer, 1"]);
    let [state, waiting, last] = shown(world, &first, ["state", "waitingSince", "lastMessage"]).await;
    assert_eq!((state, waiting), (json!("OPEN"), json!("2026-01-05T09:00:00Z")));
    assert!(last["text"].as_str().unwrap().starts_with("Thank you for writing to us."), "{last:#}");
    // What goes on in it, what the team begins, what comes by chat and what a machine sends gets none.
    let number = shown(world, &first, ["number"]).await[0].clone();
    let mut again = world.mail("zoe@example.com", "Are you there?");
    again["subject"] = json!(format!("Re: [#{number}]"));
    assert_eq!(world.gateway().receive(again).await.changed().conversation(), first);
    world.run_due().await;
    assert_eq!(deeds(world, &first).await.len(), 1);
    let begun = world.mail("yan@example.com", "Your order is late.");
    let begun = world.bea().mutate("startConversation", begun).await.changed().conversation();
    let chat = write(world, "chat", json!({ "externalId": "visitor" }), "Where is my order?").await;
    let mut away = world.mail("xaver@example.com", "I am out of office.");
    away["automatic"] = json!(true);
    let away = world.gateway().receive(away).await.changed().conversation();
    world.run_due().await;
    for id in [begun, chat, away] {
        assert_eq!(deeds(world, &id).await, [""; 0]);
    }
}

async fn a_bug_report_becomes_one_ticket_with_its_tag(world: &World) {
    cook(world, "Bug reports become tickets").await;
    let visitor = || json!({ "externalId": "visitor" });
    let report = write(world, "chat", visitor(), "Hello!").await;
    assert_eq!(deeds(world, &report).await, [""; 0]);
    assert_eq!(write(world, "chat", visitor(), "The app CRASHES when I pay.").await, report);
    assert_eq!(write(world, "chat", visitor(), "There's an error message, too.").await, report);
    let wrote = ["TAGGED by Bug reports, 1", "TICKET_LINKED by Bug reports, 1"];
    assert_eq!(deeds(world, &report).await, wrote);
    assert_eq!(shown(world, &report, ["tags.name"]).await, [json!(["bug"])]);
    let document = "{ tickets { nodes { tags { name } team { slug } origin { text } createdBy { displayName }
        conversations { nodes { id } } } } }";
    let tickets = world.ada().query(document, json!({})).await.ok();
    let ticket = json!([{ "tags": [{ "name": "bug" }], "team": { "slug": "support" },
        "origin": { "text": "The app CRASHES when I pay." }, "createdBy": { "displayName": "Bug reports" },
        "conversations": { "nodes": [{ "id": report }] } }]);
    assert_eq!(tickets.at("tickets.nodes"), &ticket);
    let other = mail(world, "zoe@example.com", "My debugging course hasn't arrived.").await;
    assert_eq!(deeds(world, &other).await, [""; 0]);
}

async fn enterprise_customers_are_urgent_however_they_are_known(world: &World) {
    cook(world, "Enterprise customers are urgent").await;
    let (support, ada) = (json!(world.organisation().support), json!(world.organisation().ada.id));
    let known = [
        json!({ "email": "a@example.com", "attributes": { "plan": "Enterprise" } }),
        json!({ "email": "b@example.com", "attributes": { "plan": "basic", "seats": 101 } }),
        json!({ "email": "C@Globex.Example" }),
    ];
    for customer in known {
        let id = write(world, "mail", customer, "We can't sign in.").await;
        let [team, priority, followers] = shown(world, &id, ["team.id", "priority", "followers.id"]).await;
        assert_eq!((team, priority, followers), (support.clone(), json!("URGENT"), json!([ada])));
        assert_eq!(
            deeds(world, &id).await,
            ["ASSIGNED by Enterprise, 1", "PRIORITIZED by Enterprise, 1", "FOLLOWED by Enterprise, 1"]
        );
    }
    let others = [
        json!({ "email": "d@example.com", "attributes": { "plan": "enterprise trial", "seats": 100 } }),
        json!({ "email": "e@notglobex.example", "attributes": { "seats": "many" } }),
    ];
    for customer in others {
        let id = write(world, "mail", customer, "We can't sign in.").await;
        assert_eq!(deeds(world, &id).await, [""; 0]);
    }
}

async fn vip_customers_go_to_their_team(world: &World) {
    cook(world, "VIP customers have a team of their own").await;
    let vip = id(world, "team", "vip").await;
    let customer = |segment: &str| json!({ "externalId": segment, "attributes": { "segment": segment } });
    let first = write(world, "chat", customer("VIP"), "Hello!").await;
    assert_eq!(shown(world, &first, ["team.id", "priority"]).await, [json!(vip), json!("HIGH")]);
    assert_eq!(deeds(world, &first).await, ["ASSIGNED by VIP customers, 1", "PRIORITIZED by VIP customers, 1"]);
    assert_eq!(world.assignments(&first).await, [["WORKFLOW", "VIP customers", "-", "vip"]]);
    // Carl is all of the team.
    let told = "{ notifications { nodes { reason conversation { id } } } }";
    let told = world.carl().query(told, json!({})).await.ok();
    let expected = json!({ "reason": "TEAM_ASSIGNED", "conversation": { "id": first } });
    assert!(told.at("notifications.nodes").as_array().unwrap().contains(&expected), "{told:#?}");
    let other = write(world, "chat", customer("silver"), "Hello!").await;
    assert_eq!(shown(world, &other, ["team", "priority"]).await, [Value::Null, Value::Null]);
    assert_eq!(deeds(world, &other).await, [""; 0]);
}

async fn refunds_go_to_billing_by_the_words_of_the_first_message(world: &World) {
    cook(world, "Refunds to Billing").await;
    let wrote = ["ASSIGNED by Refunds, 1", "TAGGED by Refunds, 1"];
    let by_text = mail(world, "zoe@example.com", "I want my Money Back.").await;
    let mut by_subject = world.mail("yan@example.com", "See the subject.");
    by_subject["subject"] = json!("Chargeback of March");
    let by_subject = world.gateway().receive(by_subject).await.changed().conversation();
    world.run_due().await;
    for id in [by_text, by_subject] {
        let [team, tags] = shown(world, &id, ["team.id", "tags.name"]).await;
        assert_eq!((team, tags), (json!(world.organisation().billing), json!(["refund"])));
        assert_eq!(deeds(world, &id).await, wrote);
    }
    let visitor = || json!({ "externalId": "visitor" });
    let other = write(world, "chat", visitor(), "I want my money's worth.").await;
    assert_eq!(write(world, "chat", visitor(), "Or a refund.").await, other);
    assert_eq!(deeds(world, &other).await, [""; 0]);
}

async fn the_chat_goes_to_support(world: &World) {
    cook(world, "The chat to Support").await;
    let chat = write(world, "chat", json!({ "externalId": "visitor" }), "Hello!").await;
    assert_eq!(shown(world, &chat, ["team.id"]).await, [json!(world.organisation().support)]);
    assert_eq!(deeds(world, &chat).await, ["ASSIGNED by Chat, 1"]);
    let other = mail(world, "zoe@example.com", "Hello!").await;
    assert_eq!(deeds(world, &other).await, [""; 0]);
}

async fn a_thank_you_closes_what_was_closed_and_nothing_else(world: &World) {
    cook(world, "A thank-you closes again").await;
    let visitor = || json!({ "externalId": "visitor" });
    let (chat, bea) = (write(world, "chat", visitor(), "Where is it?").await, &world.organisation().bea.id);
    give(world, &chat, bea).await;
    // Nothing was closed yet: the team may still have something to do.
    write(world, "chat", visitor(), "Thanks!").await;
    assert_eq!((shown(world, &chat, ["state"]).await, deeds(world, &chat).await), ([json!("OPEN")], vec![]));
    act(world, "closeConversation", json!({ "conversationId": chat })).await;
    assert_eq!(shown(world, &chat, ["tags.name"]).await, [json!(["solved"])]);
    for thanks in ["Great, thank you so much!! :)", "thx"] {
        write(world, "chat", visitor(), thanks).await;
        let [state, tags, waiting] = shown(world, &chat, ["state", "tags.name", "waitingSince"]).await;
        assert_eq!((state, tags, waiting), (json!("CLOSED"), json!(["solved"]), Value::Null), "{thanks}");
    }
    assert_eq!(deeds(world, &chat).await, ["TAGGED by Solved, 1", "CLOSED by Thank-you, 1", "CLOSED by Thank-you, 1"]);
    write(world, "chat", visitor(), "Thanks, but it's the wrong colour.").await;
    assert_eq!(shown(world, &chat, ["state", "tags.name"]).await, [json!("OPEN"), json!([])]);
    assert_eq!(deeds(world, &chat).await[3..], ["TAGGED by Not solved any more, 1"]);
    write(world, "chat", visitor(), "Thanks").await;
    assert_eq!(shown(world, &chat, ["state"]).await, [json!("OPEN")]);
}

async fn what_is_answered_sleeps_for_three_days(world: &World) {
    cook(world, "After our answer, wait three days").await;
    let bea = &world.organisation().bea.id;
    let reply = |id: &str, then: Value| json!({ "conversationId": id, "text": "Which order is it?", "then": then });
    let first = mail(world, "zoe@example.com", "Where is it?").await;
    act(world, "reply", reply(&first, Value::Null)).await;
    assert_eq!(shown(world, &first, ["state"]).await, [json!("OPEN")], "nobody has it");
    give(world, &first, bea).await;
    act(world, "reply", reply(&first, Value::Null)).await;
    let [state, snooze] = shown(world, &first, ["state", "snooze"]).await;
    let until = json!({ "until": "2026-01-08T09:00:00Z", "wakeOnReply": true });
    assert_eq!((state, snooze), (json!("SNOOZED"), until));
    assert_eq!(deeds(world, &first).await, ["SNOOZED by Wait for the customer, 1"]);
    let second = mail(world, "yan@example.com", "Where is it?").await;
    give(world, &second, bea).await;
    act(world, "reply", reply(&second, json!({ "close": true }))).await;
    assert_eq!((shown(world, &second, ["state"]).await, deeds(world, &second).await), ([json!("CLOSED")], vec![]));
    world.clock.advance(TimeDelta::days(3));
    world.run_due().await;
    assert_eq!(shown(world, &first, ["state"]).await, [json!("OPEN")]);
    let chat = write(world, "chat", json!({ "externalId": "visitor" }), "Where is it?").await;
    give(world, &chat, bea).await;
    act(world, "reply", reply(&chat, Value::Null)).await;
    assert_eq!(shown(world, &chat, ["state"]).await, [json!("SNOOZED")]);
    write(world, "chat", json!({ "externalId": "visitor" }), "The blue one.").await;
    assert_eq!(shown(world, &chat, ["state"]).await, [json!("OPEN")]);
}

async fn a_team_hears_of_what_comes_back_to_nobody(world: &World) {
    cook(world, "Back, and nobody is on it").await;
    let (organisation, visitor) = (world.organisation(), || json!({ "externalId": "visitor" }));
    let chat = write(world, "chat", visitor(), "Where is it?").await;
    let both = json!({ "conversationId": chat, "assigneeId": organisation.bea.id, "teamId": organisation.support });
    act(world, "assignConversation", both).await;
    act(world, "closeConversation", json!({ "conversationId": chat })).await;
    write(world, "chat", visitor(), "And now?").await;
    assert_eq!(deeds(world, &chat).await, [""; 0], "Bea is there, and has it again");
    act(world, "closeConversation", json!({ "conversationId": chat })).await;
    world.away(&organisation.bea.id).await;
    write(world, "chat", visitor(), "Hello?").await;
    assert_eq!(world.holder(&chat).await, [None, Some(organisation.support.clone())]);
    let wrote = deeds(world, &chat).await;
    assert_eq!(wrote[0], "NOTE by Back without an agent, 1");
    let told = "{ notifications { nodes { reason entry { kind actor { displayName } } } } }";
    let expected = json!({ "reason": "MENTION", "entry": { "kind": "NOTE", "actor": { "displayName": "Back without an agent" } } });
    for member in [world.bea(), world.carl()] {
        let told = member.query(told, json!({})).await.ok();
        assert!(told.at("notifications.nodes").as_array().unwrap().contains(&expected), "{told:#?}");
    }
}

async fn all_recipes_together_hand_out_each_conversation_once(world: &World) {
    let mut names = Vec::new();
    for (title, inputs) in recipes() {
        cook(world, title).await;
        names.extend(inputs.iter().map(|input| input["name"].as_str().unwrap().to_owned()));
    }
    let workflows = world.ada().query("{ workflows { name } }", json!({})).await.ok();
    assert_eq!(workflows.texts("workflows", "name"), names, "in the page's order");
    let customer = |email: &str, attributes: Value| json!({ "email": email, "attributes": attributes });
    let refund = "The app crashes, I want a refund. Limited offer!!!";
    // Of all that fit, the first keeps it; what has no STOP before them isn't kept from anything.
    let vip = customer("vip@example.com", json!({ "segment": "gold", "plan": "basic" }));
    let vip = write(world, "chat", vip, refund).await;
    let wrote = ["TAGGED by Bug reports, 1", "TICKET_LINKED by Bug reports, 1", "ASSIGNED by VIP customers, 1"];
    assert_eq!(deeds(world, &vip).await[..3], wrote);
    assert_eq!(shown(world, &vip, ["tags.name", "priority"]).await, [json!(["bug"]), json!("HIGH")]);
    let other = write(world, "chat", customer("zoe@example.com", json!({ "plan": "basic" })), refund).await;
    assert_eq!(shown(world, &other, ["team.id"]).await, [json!(world.organisation().billing)]);
    let spam = write(world, "chat", json!({ "email": "spam@example.com" }), refund).await;
    assert_eq!(deeds(world, &spam).await, ["MARKED_AS_SPAM by Spam words, 1"]);
    let chat = write(world, "chat", json!({ "email": "yan@example.com" }), "Hello").await;
    assert_eq!(deeds(world, &chat).await, ["ASSIGNED by Chat, 1"]);
    // The first answer puts nothing to sleep.
    let enterprise = customer("xaver@example.com", json!({ "plan": "enterprise" }));
    let enterprise = write(world, "mail", enterprise, "Hello").await;
    assert_eq!(deeds(world, &enterprise).await[..2], ["MESSAGE by First answer, 1", "ASSIGNED by Enterprise, 1"]);
    assert_eq!(shown(world, &enterprise, ["state"]).await, [json!("OPEN")]);
}
