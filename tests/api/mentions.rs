//! Whom a note names, who is told, and who follows (semantics §5.2–5.4).

use chrono::TimeDelta;
use entity::ids::{AgentId, ConversationId};
use entity::{agent, mentioned, notification};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::snapshot::spelled;
use crate::support::{Answer, Client, World, both};

both!(
    text_and_list_make_one_set,
    handles_may_have_dots_and_stand_before_punctuation,
    e_mail_addresses_and_unknown_names_mention_nobody,
    a_name_of_both_an_agent_and_a_team_names_both,
    a_team_comes_to_its_active_members_without_the_author,
    the_mentioned_are_told_as_such_and_begin_to_follow,
    who_has_no_access_is_unreachable,
    the_deactivated_are_unreachable,
    who_unfollowed_is_told_once_and_still_does_not_follow,
    with_a_hundred_followers_the_mention_still_notifies,
    an_edit_tells_only_whom_it_newly_names,
    who_can_be_told_only_now_is_told_by_an_edit_that_names_them,
    a_mention_that_stays_comes_to_whom_it_came_to,
    deleting_takes_unread_notices_back,
    a_note_in_spam_tells_nobody,
    whom_the_notes_of_a_conversation_name_is_kept,
    unknown_and_deleted_targets_are_not_found,
    a_note_names_at_most_twenty,
);

async fn noted(client: &Client, id: &str, text: &str) -> Answer {
    client.mutate("addNote", json!({ "conversationId": id, "text": text })).await.changed()
}

async fn listed(client: &Client, id: &str, text: &str, mentions: Value) -> Answer {
    client.mutate("addNote", json!({ "conversationId": id, "text": text, "mentions": mentions })).await
}

async fn edited(client: &Client, note: &Answer, text: &str) -> Answer {
    client.mutate("editNote", json!({ "noteId": note.text("note.id"), "text": text })).await
}

/// The ids of whom a note names, in order.
fn targets(answer: &Answer) -> Vec<String> {
    let mentions = answer.get("note.mentions").as_array().unwrap();
    mentions.iter().map(|mention| mention["target"]["id"].as_str().unwrap().to_owned()).collect()
}

/// Who was told and why, in the log's order: `carl MENTION`.
async fn told(world: &World) -> Vec<String> {
    let rows = world.rows().await;
    let mut told = Vec::new();
    for row in notification::Entity::find().all(&rows).await.unwrap() {
        told.push((row.seq, format!("{} {}", handle(&rows, row.agent_id).await, spelled(row.reason))));
    }
    rows.close().await.unwrap();
    told.sort();
    told.into_iter().map(|(_, told)| told).collect()
}

async fn mentioned_in(world: &World, id: &str) -> Vec<String> {
    let rows = world.rows().await;
    let id = ConversationId::parse(id).unwrap();
    let mut handles = Vec::new();
    for row in mentioned::Entity::find().filter(mentioned::Column::ConversationId.eq(id)).all(&rows).await.unwrap() {
        handles.push(handle(&rows, row.agent_id).await);
    }
    rows.close().await.unwrap();
    handles.sort();
    handles
}

async fn followers(world: &World, answer: &Answer) -> Vec<String> {
    let rows = world.rows().await;
    let mut handles = Vec::new();
    for agent in answer.get("conversation.followers").as_array().unwrap() {
        handles.push(handle(&rows, AgentId::parse(agent["id"].as_str().unwrap()).unwrap()).await);
    }
    rows.close().await.unwrap();
    handles.sort();
    handles
}

async fn handle(rows: &DatabaseConnection, id: AgentId) -> String {
    agent::Entity::find_by_id(id).one(rows).await.unwrap().unwrap().handle
}

async fn an_agent(world: &World, handle: &str) -> String {
    let new = json!({ "handle": handle, "name": handle, "email": format!("{handle}x@example.org") });
    world.ada().mutate("createAgent", new).await.changed().text("agent.id")
}

async fn a_team(world: &World, slug: &str, members: &[&str]) -> String {
    let new = json!({ "slug": slug, "name": slug, "memberIds": members });
    world.ada().mutate("createTeam", new).await.changed().text("team.id")
}

async fn text_and_list_make_one_set(world: &World) {
    let organisation = world.organisation();
    let (carl, dora, support) = (&*organisation.carl.id, &*organisation.dora.id, &*organisation.support);
    let id = world.opened().await;
    let mentions = json!([{ "teamId": support }, { "agentId": dora }, { "agentId": dora }]);
    let note = listed(&world.bea(), &id, "@Carl and @DORA, ask @support; @carl!", mentions).await.changed();
    assert_eq!(targets(&note), [support, dora, carl], "each once, the list first");
    let shown: Vec<_> = [0, 1, 2].map(|at| note.text(&format!("note.mentions.{at}.target.__typename"))).to_vec();
    assert_eq!(shown, ["Team", "Agent", "Agent"]);
    let only_listed = listed(&world.bea(), &id, "Look", json!([{ "agentId": carl }])).await.changed();
    assert_eq!(targets(&only_listed), [carl.to_owned()]);
    assert_eq!(targets(&listed(&world.bea(), &id, "Look", Value::Null).await.changed()), [""; 0]);
    // Text and list together are always the whole set: what is in neither any longer is named no longer.
    assert_eq!(targets(&edited(&world.bea(), &only_listed, "Look, @dora").await.changed()), [dora.to_owned()]);
    let edit =
        json!({ "noteId": only_listed.text("note.id"), "text": "Look, @dora", "mentions": [{ "agentId": carl }] });
    let edit = world.bea().mutate("editNote", edit).await.changed();
    assert_eq!(targets(&edit), [carl, dora]);
    let both = json!([{ "agentId": carl, "teamId": support }]);
    assert!(!listed(&world.bea(), &id, "Look", both).await.error_codes().is_empty(), "exactly one of them");
    assert!(!listed(&world.bea(), &id, "Look", json!([{}])).await.error_codes().is_empty(), "exactly one of them");
}

async fn handles_may_have_dots_and_stand_before_punctuation(world: &World) {
    let id = world.opened().await;
    let jo = an_agent(world, "jo").await;
    let jo_dot = an_agent(world, "jo.").await;
    let jo_li = an_agent(world, "jo.li-9_x").await;
    for (text, named) in [
        ("@jo", vec![&jo]),
        ("Ask @jo, or (@JO)", vec![&jo]),
        ("Ask @jo_.- please", vec![&jo]),
        ("It was @jo.", vec![&jo_dot]),
        ("It was @jo...", vec![&jo_dot]),
        ("@jo.li-9_x.", vec![&jo_li]),
        ("@jo.li", vec![]),
        ("@jo:@jo.li-9_x", vec![&jo, &jo_li]),
    ] {
        assert_eq!(targets(&noted(&world.bea(), &id, text).await).iter().collect::<Vec<_>>(), named, "{text}");
    }
}

async fn e_mail_addresses_and_unknown_names_mention_nobody(world: &World) {
    let id = world.opened().await;
    let text = "bea@carl, zoe@dora.example, x.@carl, x_@carl, x-@carl, https://v.example/@carl, @@carl, @nobody @ carl";
    let note = noted(&world.bea(), &id, text).await;
    assert_eq!((targets(&note), note.kinds()), (vec![], vec!["NOTE".to_owned()]));
    assert_eq!(note.text("note.text"), text);
    assert_eq!(told(world).await, [""; 0]);
}

async fn a_name_of_both_an_agent_and_a_team_names_both(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    let team = a_team(world, "carl", &[&organisation.dora.id]).await;
    let note = noted(&world.bea(), &id, "@carl").await;
    assert_eq!(targets(&note), [&*organisation.carl.id, &*team]);
    assert_eq!(told(world).await, ["carl MENTION", "dora MENTION"]);
}

async fn a_team_comes_to_its_active_members_without_the_author(world: &World) {
    let organisation = world.organisation();
    let (bea, carl) = (&*organisation.bea.id, &*organisation.carl.id);
    let id = world.opened().await;
    let gone = an_agent(world, "gone").await;
    let everybody = a_team(world, "everybody", &[bea, carl, &gone]).await;
    deactivate(world, &gone).await;
    let note = noted(&world.bea(), &id, "@everybody").await;
    assert_eq!(targets(&note), [everybody]);
    assert_eq!(note.get("note.mentions.0.unreachable"), &json!([]), "the deactivated are no members to come to");
    assert_eq!(told(world).await, ["carl MENTION"]);
    assert_eq!(followers(world, &note).await, ["carl"]);
    assert_eq!(mentioned_in(world, &id).await, ["carl"]);
    // Edited by somebody else, it is still the author who is left out.
    edited(&world.ada(), &note, "@support").await.changed();
    assert_eq!(mentioned_in(world, &id).await, ["carl"]);
    let by_machine = noted(&world.robot(), &id, "@support").await;
    assert_eq!(followers(world, &by_machine).await, ["bea", "carl"]);
}

async fn deactivate(world: &World, id: &str) {
    world.ada().mutate("deactivateAgent", json!({ "agentId": id })).await.changed();
}

async fn the_mentioned_are_told_as_such_and_begin_to_follow(world: &World) {
    let organisation = world.organisation();
    let dora = &*organisation.dora.id;
    let id = world.opened().await;
    let first = noted(&world.bea(), &id, "@carl?").await;
    assert_eq!(first.kinds(), ["NOTE", "FOLLOWED"]);
    assert_eq!(followers(world, &first).await, ["carl"]);
    assert_eq!(told(world).await, ["carl MENTION"]);
    world.ada().mutate("assignConversation", json!({ "conversationId": id, "assigneeId": dora })).await.changed();
    let before = told(world).await.len();
    // A follower who is named, the assignee, one who is named anew, and the author, who names themselves.
    let second = noted(&world.bea(), &id, "@carl @ada @bea").await;
    assert_eq!(second.kinds(), ["NOTE", "FOLLOWED", "FOLLOWED"]);
    assert_eq!(followers(world, &second).await, ["ada", "bea", "carl"]);
    let after = told(world).await.split_off(before);
    assert_eq!(after, ["ada MENTION", "carl MENTION", "dora ASSIGNED"]);
    // Followers hear of every note.
    let third = noted(&world.ada(), &id, "Done").await;
    assert_eq!(third.kinds(), ["NOTE"]);
    let after = told(world).await.split_off(before + 3);
    assert_eq!(after, ["bea FOLLOWING", "carl FOLLOWING", "dora ASSIGNED"]);
}

async fn who_has_no_access_is_unreachable(world: &World) {
    let organisation = world.organisation();
    let (ada, bea, carl) = (&*organisation.ada.id, &*organisation.bea.id, &*organisation.carl.id);
    let id = world.hidden().await;
    let note = noted(&world.dora(), &id, "@bea @support @ada").await;
    assert_eq!(note.kinds(), ["NOTE", "FOLLOWED"]);
    assert_eq!(targets(&note), [bea, &*organisation.support, ada]);
    assert_eq!(note.get("note.mentions.0.unreachable"), &json!([{ "id": bea }]));
    let both = note.get("note.mentions.1.unreachable").as_array().unwrap();
    assert!(both.len() == 2 && both.contains(&json!({ "id": bea })) && both.contains(&json!({ "id": carl })));
    assert_eq!(note.get("note.mentions.2.unreachable"), &json!([]));
    assert_eq!(told(world).await, ["ada MENTION"]);
    assert_eq!(followers(world, &note).await, ["ada"]);
    assert_eq!(world.bea().conversation(&id).await, Value::Null, "a mention grants nothing");
}

async fn the_deactivated_are_unreachable(world: &World) {
    let id = world.opened().await;
    let gone = an_agent(world, "gone").await;
    deactivate(world, &gone).await;
    let note = listed(&world.bea(), &id, "@gone", json!([{ "agentId": gone }])).await.changed();
    assert_eq!(note.get("note.mentions.0.unreachable"), &json!([{ "id": gone }]));
    assert_eq!((note.kinds(), told(world).await.len()), (vec!["NOTE".to_owned()], 0));
}

async fn who_unfollowed_is_told_once_and_still_does_not_follow(world: &World) {
    let id = world.opened().await;
    noted(&world.bea(), &id, "@carl").await;
    world.carl().mutate("unfollowConversation", json!({ "conversationId": id })).await.changed();
    noted(&world.bea(), &id, "Not for Carl").await;
    assert_eq!(told(world).await, ["carl MENTION"]);
    let again = noted(&world.bea(), &id, "@carl @support").await;
    assert_eq!((again.kinds(), followers(world, &again).await), (vec!["NOTE".to_owned()], vec![]));
    assert_eq!(told(world).await, ["carl MENTION", "carl MENTION"], "once for each note");
    let state = "query($id: ID!) { conversation(id: $id) { viewerFollow } }";
    let state = world.carl().query(state, json!({ "id": id })).await.ok();
    assert_eq!(state.at("conversation.viewerFollow"), "UNFOLLOWED");
}

async fn with_a_hundred_followers_the_mention_still_notifies(world: &World) {
    let id = world.opened().await;
    let mut crowd = Vec::new();
    for at in 0..101 {
        crowd.push(an_agent(world, &format!("crowd{at}")).await);
    }
    a_team(world, "crowd", &crowd.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let note = noted(&world.bea(), &id, "@crowd").await;
    assert_eq!((note.kinds().len(), followers(world, &note).await.len()), (101, 100));
    assert_eq!(told(world).await.len(), 101);
}

async fn an_edit_tells_only_whom_it_newly_names(world: &World) {
    let id = world.opened().await;
    let note = noted(&world.bea(), &id, "@carl").await;
    let edit = edited(&world.bea(), &note, "@carl and @dora").await.changed();
    assert_eq!(edit.kinds(), ["NOTE_EDITED", "FOLLOWED"]);
    assert_eq!(followers(world, &edit).await, ["carl", "dora"]);
    let told_first = ["carl MENTION", "dora MENTION"];
    assert_eq!(told(world).await, told_first);
    let fewer = edited(&world.bea(), &note, "@dora, and @carl through @support").await.changed();
    assert_eq!(
        (fewer.kinds(), told(world).await),
        (vec!["NOTE_EDITED".to_owned()], told_first.map(str::to_owned).to_vec())
    );
    edited(&world.bea(), &note, "Never mind").await.changed();
    assert_eq!(told(world).await, told_first, "what was told stays told");
    let again = edited(&world.ada(), &note, "@dora @ada").await.changed();
    assert_eq!(again.kinds(), ["NOTE_EDITED", "FOLLOWED"]);
    assert_eq!(followers(world, &again).await, ["ada", "carl", "dora"]);
    assert_eq!(told(world).await.split_off(2), ["dora MENTION"], "the editor isn't told");
    // The same targets in another order are the same.
    edited(&world.ada(), &note, "@dora @ada").await.unchanged();
}

async fn who_can_be_told_only_now_is_told_by_an_edit_that_names_them(world: &World) {
    let organisation = world.organisation();
    let id = world.hidden().await;
    let note = noted(&world.ada(), &id, "@support").await;
    assert_eq!(told(world).await, Vec::<String>::new());
    world.belongs_to_vip(&organisation.carl.id, true).await;
    let edit = edited(&world.ada(), &note, "@support @carl").await.changed();
    assert_eq!(
        (edit.kinds(), told(world).await),
        (vec!["NOTE_EDITED".to_owned(), "FOLLOWED".to_owned()], vec!["carl MENTION".to_owned()])
    );
}

async fn a_mention_that_stays_comes_to_whom_it_came_to(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    let note = noted(&world.bea(), &id, "@support").await;
    let new = json!({ "handle": "eve", "name": "Eve", "email": "eve@example.org", "teamIds": [organisation.support] });
    world.ada().mutate("createAgent", new).await.changed();
    edited(&world.bea(), &note, "@support, please").await.changed();
    assert_eq!(told(world).await, ["carl MENTION"]);
    noted(&world.bea(), &id, "@support").await;
    assert!(told(world).await.contains(&"eve MENTION".to_owned()), "a new note comes to who is there now");
}

async fn deleting_takes_unread_notices_back(world: &World) {
    let organisation = world.organisation();
    let carl = &*organisation.carl.id;
    let id = world.opened().await;
    let other = noted(&world.bea(), &id, "@carl").await;
    let note = noted(&world.bea(), &id, "@carl @dora").await;
    edited(&world.bea(), &note, "@carl @dora @ada").await.changed();
    assert_eq!(told(world).await.len(), 4);
    world.dora().mutate("markNotificationsRead", json!({ "all": true })).await.changed();
    world.clock.advance(TimeDelta::minutes(1));
    world.bea().mutate("deleteNote", json!({ "noteId": note.text("note.id") })).await.changed();
    // The other note's, and the one that was read; the note's and its edit's unread ones are gone, and deleting tells nobody.
    assert_eq!(told(world).await, ["carl MENTION", "dora MENTION"]);
    assert_eq!(targets(&other), [carl.to_owned()]);
}

async fn a_note_in_spam_tells_nobody(world: &World) {
    let id = world.spam().await;
    let note = noted(&world.bea(), &id, "@carl").await;
    edited(&world.bea(), &note, "@carl @dora").await.changed();
    noted(&world.ada(), &id, "Followers neither").await;
    assert_eq!(told(world).await, [""; 0]);
}

async fn whom_the_notes_of_a_conversation_name_is_kept(world: &World) {
    let id = world.opened().await;
    let first = noted(&world.bea(), &id, "@carl @dora").await;
    let second = noted(&world.bea(), &id, "@support").await;
    assert_eq!(mentioned_in(world, &id).await, ["carl", "dora"]);
    edited(&world.bea(), &first, "Nobody").await.changed();
    assert_eq!(mentioned_in(world, &id).await, ["carl"], "the other note still names Carl");
    world.bea().mutate("deleteNote", json!({ "noteId": second.text("note.id") })).await.changed();
    assert_eq!(mentioned_in(world, &id).await, [""; 0]);
    edited(&world.bea(), &first, "@dora").await.changed();
    assert_eq!(mentioned_in(world, &id).await, ["dora"]);
}

async fn unknown_and_deleted_targets_are_not_found(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    let team = a_team(world, "closing", &[&organisation.carl.id]).await;
    let note = noted(&world.bea(), &id, "@closing").await;
    world.ada().mutate("deleteTeam", json!({ "teamId": team })).await.done();
    let carl = json!({ "agentId": organisation.carl.id });
    let before = world.last_seq().await;
    for (wrong, field) in [
        (json!({ "agentId": "agent_01h455vb4pex5vsknk084sn02q" }), "input.mentions.1.agentId"),
        (json!({ "agentId": organisation.support }), "input.mentions.1.agentId"),
        (json!({ "teamId": "team_01h455vb4pex5vsknk084sn02q" }), "input.mentions.1.teamId"),
        (json!({ "teamId": "nonsense" }), "input.mentions.1.teamId"),
        (json!({ "teamId": team }), "input.mentions.1.teamId"),
    ] {
        let mentions = json!([carl, wrong]);
        listed(&world.bea(), &id, "Hm", mentions.clone()).await.refused("NOT_FOUND", field);
        let edit = json!({ "noteId": note.text("note.id"), "text": "Hm", "mentions": mentions });
        world.bea().mutate("editNote", edit).await.refused("NOT_FOUND", field);
    }
    assert_eq!(world.last_seq().await, before, "a refusal writes nothing");
    // In a text it is plain text from now on; where it was named it still is.
    assert_eq!(targets(&noted(&world.bea(), &id, "@closing").await), [""; 0]);
    let shown = "query($id: ID!) { node(id: $id) { ... on Note { mentions { target { ... on Team { slug } } } } } }";
    let shown = world.bea().query(shown, json!({ "id": note.text("note.id") })).await.ok();
    assert_eq!(shown.at("node.mentions.0.target.slug"), "closing");
}

async fn a_note_names_at_most_twenty(world: &World) {
    let id = world.opened().await;
    let mut agents = Vec::new();
    for at in 0..21 {
        agents.push(an_agent(world, &format!("n{at}")).await);
    }
    let list = |count: usize| json!(agents[..count].iter().map(|id| json!({ "agentId": id })).collect::<Vec<_>>());
    let text = |count: usize| (0..count).map(|at| format!("@n{at}")).collect::<Vec<_>>().join(" ");
    let before = world.last_seq().await;
    listed(&world.bea(), &id, "Hi", list(21)).await.refused("LIMIT_EXCEEDED", "input.mentions");
    listed(&world.bea(), &id, &text(21), json!([])).await.refused("LIMIT_EXCEEDED", "input.text");
    listed(&world.bea(), &id, "@n20", list(20)).await.refused("LIMIT_EXCEEDED", "input.text");
    listed(&world.bea(), &id, &text(1_001), json!([])).await.refused("LIMIT_EXCEEDED", "input.text");
    assert_eq!(world.last_seq().await, before, "a refusal writes nothing");
    let note = listed(&world.bea(), &id, &text(20), list(20)).await.changed();
    assert_eq!(targets(&note), agents[..20]);
    assert_eq!(targets(&noted(&world.bea(), &id, &format!("{} @x@y", text(20))).await).len(), 20);
    let edit = json!({ "noteId": note.text("note.id"), "text": text(21) });
    world.bea().mutate("editNote", edit).await.refused("LIMIT_EXCEEDED", "input.text");
}
