//! Tickets change: their fields, their references, their status, and who hears of it (semantics §11.2, §11.4).

use entity::enums::{NotificationReason, Scope};
use entity::ids::{ConversationId, EventId};
use entity::notification;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use switchboard::domain::fact::Fact;

use crate::support::{Answer, World, both};

both!(
    each_field_changes_by_itself_and_once,
    null_clears_what_can_be_cleared_and_is_refused_elsewhere,
    what_cannot_be_kept_is_refused_at_its_field,
    one_change_is_one_log_row,
    a_ticket_that_moved_on_is_shown_as_it_is,
    sixteen_writers_of_one_version_have_one_winner,
    references_are_added_given_another_url_and_removed,
    a_reference_belongs_to_one_ticket,
    it_moves_from_any_status_to_any,
    a_move_is_told_in_every_conversation_and_changes_none,
    a_conversation_that_closes_leaves_its_ticket_alone,
    a_move_tells_assignee_and_followers_but_never_who_did_it,
    only_a_move_is_told_in_conversations,
    the_answer_shows_the_entries_that_the_viewer_may_see,
    an_integration_moves_a_ticket_with_its_own_right_alone,
    tags_that_are_archived_stay_and_are_not_newly_added,
    a_tag_that_a_ticket_has_is_not_deleted,
    who_is_gone_stays_on_the_tickets_they_had,
);

fn fields(fact: &Fact) -> Vec<String> {
    let Fact::TicketUpdated { fields, .. } = fact else { panic!("{fact:?}") };
    fields.clone()
}

async fn each_field_changes_by_itself_and_once(world: &World) {
    let organisation = world.organisation();
    let (ticket, tag) = (world.a_ticket("Zip").await, world.tag("Worn").await);
    let before = world.update(&ticket, json!({})).await.unchanged();
    world.clock.advance(chrono::TimeDelta::seconds(1));
    for (version, (input, path, value)) in (2..).zip([
        (json!({ "title": " Zip of the Birch " }), "title", json!("Zip of the Birch")),
        (json!({ "description": "It\nsplit. " }), "description", json!("It\nsplit. ")),
        (json!({ "status": "IN_PROGRESS" }), "status", json!("IN_PROGRESS")),
        (json!({ "priority": "HIGH" }), "priority", json!("HIGH")),
        (json!({ "assigneeId": organisation.bea.id }), "assignee.id", json!(organisation.bea.id)),
        (json!({ "teamId": organisation.billing }), "team.id", json!(organisation.billing)),
        (json!({ "tagIds": [tag, tag] }), "tags.0.name", json!("Worn")),
        (json!({ "addExternalRefs": [{ "system": "github", "key": "1" }] }), "status", json!("IN_PROGRESS")),
    ]) {
        let changed = world.update(&ticket, input.clone()).await.changed();
        assert_eq!(
            (changed.get(&format!("ticket.{path}")), changed.int("ticket.version")),
            (&value, version),
            "{input}"
        );
        assert_ne!(changed.get("ticket.updatedAt"), before.get("ticket.updatedAt"));
        world.update(&ticket, input).await.unchanged();
    }
    let log = world.ticket_log(&ticket).await;
    let told: Vec<_> = log[1..].iter().flat_map(fields).collect();
    let all = ["title", "description", "status", "priority", "assignee", "team", "tags", "externalRefs"];
    assert_eq!(told, all);
    let unchanged = world.update(&ticket, json!({})).await.unchanged();
    assert_eq!(unchanged.get("ticket.createdAt"), before.get("ticket.createdAt"));
}

async fn null_clears_what_can_be_cleared_and_is_refused_elsewhere(world: &World) {
    let organisation = world.organisation();
    let given = json!({ "title": "Zip", "description": "It split.", "priority": "LOW", "assigneeId": organisation.bea.id,
        "teamId": organisation.support });
    let ticket = world.bea().mutate("createTicket", given).await.changed().text("ticket.id");
    for field in ["title", "status", "tagIds", "addExternalRefs", "removeExternalRefs"] {
        let refused = world.update(&ticket, json!({ field: null, "priority": "HIGH" })).await;
        refused.refused("REQUIRED", &format!("input.{field}"));
    }
    let none = json!({ "description": null, "priority": null, "assigneeId": null, "teamId": null });
    let cleared = world.update(&ticket, none.clone()).await.changed();
    for field in ["description", "priority", "assignee", "team"] {
        assert_eq!(cleared.get(&format!("ticket.{field}")), &Value::Null, "{field}");
    }
    world.update(&ticket, none).await.unchanged();
    // A document may leave a variable out, which is no null.
    let document = "mutation($id: ID!, $title: String, $status: TicketStatus) {
        updateTicket(input: { ticketId: $id, title: $title, status: $status }) { changed ticket { title } userErrors { code } } }";
    let moved = world.bea().query(document, json!({ "id": ticket, "status": "RESOLVED" })).await.changed();
    assert_eq!(moved.get("ticket.title"), "Zip");
}

async fn what_cannot_be_kept_is_refused_at_its_field(world: &World) {
    let organisation = world.organisation();
    let ticket = world.a_ticket("Zip").await;
    world.deactivate(&organisation.carl.id).await;
    let refs = |many: usize| (0..many).map(|key| json!({ "system": "a", "key": key.to_string() })).collect::<Vec<_>>();
    let tags: Vec<String> =
        (0..51).map(|at| EventId::new(world.clock.now() + chrono::TimeDelta::seconds(at)).to_wire("tag")).collect();
    for (input, code, field) in [
        (json!({ "title": " " }), "REQUIRED", "title"),
        (json!({ "title": "a".repeat(256) }), "TOO_LONG", "title"),
        (json!({ "description": "a".repeat(65_537) }), "TOO_LONG", "description"),
        (json!({ "description": "a\u{0}" }), "INVALID", "description"),
        (json!({ "assigneeId": "nonsense" }), "NOT_FOUND", "assigneeId"),
        (json!({ "assigneeId": organisation.carl.id }), "AGENT_INACTIVE", "assigneeId"),
        (json!({ "teamId": "team_01h455vb4pex5vsknk084sn02q" }), "NOT_FOUND", "teamId"),
        (json!({ "tagIds": [tags[0]] }), "NOT_FOUND", "tagIds"),
        (json!({ "tagIds": tags }), "LIMIT_EXCEEDED", "tagIds"),
        (json!({ "addExternalRefs": [{ "system": "", "key": "1" }] }), "REQUIRED", "addExternalRefs.0.system"),
        (json!({ "removeExternalRefs": [{ "system": "a", "key": "\u{0}" }] }), "INVALID", "removeExternalRefs.0.key"),
        (json!({ "addExternalRefs": refs(51) }), "LIMIT_EXCEEDED", "addExternalRefs"),
        (json!({ "removeExternalRefs": refs(51) }), "LIMIT_EXCEEDED", "removeExternalRefs"),
    ] {
        // Together with something that could be done, which isn't either.
        let mut input = input;
        input["priority"] = json!("URGENT");
        let refused = world.update(&ticket, input).await.refused(code, &format!("input.{field}"));
        assert_eq!((refused.text("ticket.id"), refused.get("ticket.priority")), (ticket.clone(), &Value::Null));
    }
    world.update("ticket_01h455vb4pex5vsknk084sn02q", json!({})).await.refused("NOT_FOUND", "input.ticketId");
    world.update(&organisation.bea.id, json!({})).await.refused("NOT_FOUND", "input.ticketId");
}

async fn one_change_is_one_log_row(world: &World) {
    let ticket = world.a_ticket("Zip").await;
    let input = json!({ "title": "Zips", "priority": "HIGH", "status": "RESOLVED", "addExternalRefs": [{ "system": "a", "key": "1" }] });
    assert_eq!(world.update(&ticket, input).await.changed().int("ticket.version"), 2);
    let log = world.ticket_log(&ticket).await;
    assert_eq!(fields(&log[1]), ["title", "priority", "externalRefs", "status"]);
    let Fact::TicketUpdated { from_status, to_status, .. } = log[1] else { panic!("{log:?}") };
    use entity::enums::TicketStatus::{Open, Resolved};
    assert_eq!((from_status, to_status), (Some(Open), Some(Resolved)));
}

async fn a_ticket_that_moved_on_is_shown_as_it_is(world: &World) {
    let ticket = world.a_ticket("Zip").await;
    let move_on = |version: i32| json!({ "status": "IN_PROGRESS", "expectedVersion": version });
    for wrong in [0, 2, 77] {
        let refused = world.update(&ticket, move_on(wrong)).await.refused("CONFLICT", "input.expectedVersion");
        assert_eq!((refused.get("ticket.status"), refused.get("ticket.version")), (&json!("OPEN"), &json!(1)));
    }
    world.update(&ticket, move_on(1)).await.changed();
    // Links count: whoever sees another list of conversations may decide otherwise.
    world.link(&ticket, &world.opened().await, false).await;
    world
        .update(&ticket, json!({ "title": "Zips", "expectedVersion": 2 }))
        .await
        .refused("CONFLICT", "input.expectedVersion");
    world.update(&ticket, json!({ "title": "Zips", "expectedVersion": 3 })).await.changed();
}

async fn sixteen_writers_of_one_version_have_one_winner(world: &World) {
    let ticket = world.a_ticket("Zip").await;
    let edits =
        (0..16).map(|at| world.update(&ticket, json!({ "title": format!("title {at}"), "expectedVersion": 1 })));
    let answers: Vec<Answer> = futures_util::future::join_all(edits).await.into_iter().map(Answer::ok).collect();
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.get("changed") == true);
    assert_eq!(won.len(), 1);
    assert!(lost.iter().all(|answer| answer.refusals()[0].0 == "CONFLICT"));
}

async fn references_are_added_given_another_url_and_removed(world: &World) {
    let ticket = world.a_ticket("Zip").await;
    let url = "https://example.org/1";
    let named = |key: &str| json!({ "system": "github", "key": key });
    let at = |key: &str, url: &str| json!({ "system": "github", "key": key, "url": url });
    let entry = |key: &str, url: Option<&str>| (format!("github {key}"), url.map(str::to_owned));
    world.update(&ticket, json!({ "addExternalRefs": [named("1"), at("2", url)] })).await.changed();
    assert_eq!(world.refs(&ticket).await, [entry("1", None), entry("2", Some(url))].into());
    world.update(&ticket, json!({ "addExternalRefs": [named("1"), at("2", url)] })).await.unchanged();
    world.update(&ticket, json!({ "removeExternalRefs": [named("3")] })).await.unchanged();
    // Adding one that is there updates its URL, also to none.
    world.update(&ticket, json!({ "addExternalRefs": [at("1", url), named("2")] })).await.changed();
    assert_eq!(world.refs(&ticket).await, [entry("1", Some(url)), entry("2", None)].into());
    let swapped =
        json!({ "removeExternalRefs": [named("1"), named("2")], "addExternalRefs": [named("2"), named("3")] });
    world.update(&ticket, swapped).await.changed();
    assert_eq!(world.refs(&ticket).await, [entry("2", None), entry("3", None)].into());
    let many: Vec<Value> = (10..58).map(|key| named(&key.to_string())).collect();
    world.update(&ticket, json!({ "addExternalRefs": many })).await.changed();
    let more = world.update(&ticket, json!({ "addExternalRefs": [named("more")] })).await;
    more.refused("LIMIT_EXCEEDED", "input.addExternalRefs");
    let instead = json!({ "addExternalRefs": [named("more")], "removeExternalRefs": [named("2")] });
    world.update(&ticket, instead).await.changed();
    assert_eq!(world.refs(&ticket).await.len(), 50);
}

async fn a_reference_belongs_to_one_ticket(world: &World) {
    let (one, other) = (world.a_ticket("One").await, world.a_ticket("Other").await);
    let refs = |keys: &[&str]| keys.iter().map(|key| json!({ "system": "jira", "key": key })).collect::<Vec<_>>();
    world.update(&one, json!({ "addExternalRefs": refs(&["A-1"]) })).await.changed();
    let taken = world.update(&other, json!({ "addExternalRefs": refs(&["A-2", "A-1"]) })).await;
    taken.refused("TAKEN", "input.addExternalRefs.1.key");
    assert_eq!(world.refs(&other).await.len(), 0, "all or nothing");
    // It isn't the other's to take away.
    world.update(&other, json!({ "removeExternalRefs": refs(&["A-1"]) })).await.unchanged();
    assert_eq!(world.refs(&one).await.len(), 1);
    world.update(&one, json!({ "removeExternalRefs": refs(&["A-1"]) })).await.changed();
    world.update(&other, json!({ "addExternalRefs": refs(&["A-1"]) })).await.changed();
}

async fn it_moves_from_any_status_to_any(world: &World) {
    let ticket = world.a_ticket("Zip").await;
    for to in ["RESOLVED", "IN_PROGRESS", "RESOLVED", "OPEN", "IN_PROGRESS", "OPEN", "RESOLVED"] {
        world.clock.advance(chrono::TimeDelta::seconds(1));
        let moved = world.update(&ticket, json!({ "status": to })).await.changed();
        assert_eq!(moved.get("ticket.status"), to);
        let resolved_at = if to == "RESOLVED" { moved.get("ticket.updatedAt") } else { &Value::Null };
        assert_eq!(moved.get("ticket.resolvedAt"), resolved_at);
        world.update(&ticket, json!({ "status": to })).await.unchanged();
    }
}

/// A conversation in each state, all linked, none of which comes back.
async fn four(world: &World, ticket: &str) -> [(String, &'static str); 4] {
    let all = [world.opened().await, world.closed().await, world.opened().await, world.spam().await];
    world.snooze(&all[2], json!({ "preset": "TOMORROW_MORNING" })).await;
    for id in &all {
        world.link(ticket, id, false).await;
    }
    let mut states = ["OPEN", "CLOSED", "SNOOZED", "SPAM"].into_iter();
    all.map(|id| (id, states.next().unwrap()))
}

async fn a_move_is_told_in_every_conversation_and_changes_none(world: &World) {
    let ticket = world.a_ticket("Zip").await;
    let all = four(world, &ticket).await;
    for (from, to) in [("OPEN", "IN_PROGRESS"), ("IN_PROGRESS", "RESOLVED"), ("RESOLVED", "OPEN")] {
        let moved = world.update(&ticket, json!({ "status": to })).await.changed();
        assert_eq!(moved.kinds(), ["TICKET_CHANGED"; 4]);
        assert_eq!(moved.get("conversation"), &Value::Null, "none was named");
        let mut told = Vec::new();
        for entry in moved.get("entries").as_array().unwrap() {
            assert_eq!((&entry["fromStatus"], &entry["toStatus"]), (&json!(from), &json!(to)));
            assert_eq!((&entry["ticket"]["id"], &entry["actor"]["displayName"]), (&json!(ticket), &json!("Robot")));
            assert_eq!(entry["cause"], json!({ "depth": 1, "ticket": { "id": ticket } }), "it follows from the ticket");
            told.push(entry["conversation"]["id"].as_str().unwrap().to_owned());
        }
        let mut linked: Vec<String> = all.iter().map(|(id, _)| id.clone()).collect();
        linked.sort();
        told.sort();
        assert_eq!(told, linked);
        for (id, state) in &all {
            assert_eq!(world.ada().conversation(id).await["state"], *state, "after {to}");
        }
    }
}

async fn a_conversation_that_closes_leaves_its_ticket_alone(world: &World) {
    let id = world.opened().await;
    let ticket = world.ticket_of(&id).await;
    world.close(&id).await;
    assert_eq!(world.update(&ticket, json!({})).await.unchanged().get("ticket.status"), "OPEN");
}

async fn a_move_tells_assignee_and_followers_but_never_who_did_it(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    world.assign(&id, &organisation.carl.id).await;
    let followers =
        json!({ "conversationId": id, "agentIds": [organisation.bea.id, organisation.ada.id, organisation.dora.id] });
    world.ada().mutate("addFollowers", followers).await.changed();
    world.deactivate(&organisation.dora.id).await;
    let (ticket, spam) = (world.ticket_of(&id).await, world.spam().await);
    world.assign(&spam, &organisation.carl.id).await;
    world.link(&ticket, &spam, true).await;
    let moved =
        world.bea().mutate("updateTicket", json!({ "ticketId": ticket, "status": "IN_PROGRESS" })).await.changed();
    let entry =
        moved.get("entries").as_array().unwrap().iter().find(|entry| entry["conversation"]["id"] == id).unwrap();
    let entry = EventId::from_wire("entry", entry["id"].as_str().unwrap()).unwrap();
    let rows = world.rows().await;
    let notices =
        notification::Entity::find().filter(notification::Column::EntryId.eq(entry)).all(&rows).await.unwrap();
    let of_spam = notification::Column::ConversationId.eq(ConversationId::parse(&spam).unwrap());
    assert_eq!(
        notification::Entity::find().filter(of_spam).all(&rows).await.unwrap(),
        [],
        "nothing in spam tells anybody"
    );
    rows.close().await.unwrap();
    let mut told: Vec<_> = notices.iter().map(|notice| (notice.agent_id.to_string(), notice.reason)).collect();
    told.sort_by_key(|(_, reason)| *reason != NotificationReason::Assigned);
    let (assigned, following) = (NotificationReason::Assigned, NotificationReason::Following);
    assert_eq!(told, [(organisation.carl.id.clone(), assigned), (organisation.ada.id.clone(), following)]);
}

async fn only_a_move_is_told_in_conversations(world: &World) {
    let id = world.opened().await;
    let ticket = world.ticket_of(&id).await;
    let edit =
        json!({ "title": "Zips", "priority": "HIGH", "assigneeId": world.organisation().bea.id, "status": "OPEN" });
    assert_eq!(world.update(&ticket, edit).await.changed().kinds(), Vec::<String>::new());
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE", "TICKET_LINKED"]);
}

async fn the_answer_shows_the_entries_that_the_viewer_may_see(world: &World) {
    let (open, hidden) = (world.opened().await, world.hidden().await);
    let ticket = world.ticket_of(&open).await;
    world.dora().mutate("linkTicket", json!({ "ticketId": ticket, "conversationId": hidden })).await.changed();
    let ids = world.laden(&world.organisation().carl.id, 110).await;
    world.link_all(&ticket, &ids, false).await;
    let moved = world.bea().mutate("updateTicket", json!({ "ticketId": ticket, "status": "RESOLVED" })).await.changed();
    assert_eq!(moved.kinds(), ["TICKET_CHANGED"; 100], "at most 100");
    assert!(!moved.body.to_string().contains(&hidden));
    assert_eq!(
        world.dora().timeline(&hidden).await,
        ["CREATED", "MESSAGE", "TICKET_LINKED", "TICKET_CHANGED"],
        "changed it is"
    );
}

async fn an_integration_moves_a_ticket_with_its_own_right_alone(world: &World) {
    let organisation = world.organisation();
    let (open, hidden) = (world.opened().await, world.hidden().await);
    let ticket = world.ticket_of(&open).await;
    world.dora().mutate("linkTicket", json!({ "ticketId": ticket, "conversationId": hidden })).await.changed();
    let token = async |scopes: &[Scope], channels: Option<&[&str]>| {
        world.client(&world.token(&organisation.robot.id, scopes, channels).await)
    };
    let tracker = token(&[Scope::TicketsRead, Scope::TicketsWrite], None).await;
    let moved = tracker.mutate("updateTicket", json!({ "ticketId": ticket, "status": "IN_PROGRESS" })).await.changed();
    assert_eq!(
        (moved.kinds(), moved.get("ticket.title")),
        (vec![], &json!("Broken")),
        "of conversations it may not read, nothing"
    );
    let vip = [Scope::TicketsRead, Scope::TicketsWrite, Scope::ConversationsRead];
    let vip = token(&vip, Some(&[&organisation.vip])).await;
    let moved = vip.mutate("updateTicket", json!({ "ticketId": ticket, "status": "RESOLVED" })).await.changed();
    assert_eq!(moved.get("entries.0.conversation.id"), &json!(hidden));
    assert_eq!(moved.kinds().len(), 1);
    assert_eq!(world.ada().timeline(&open).await.iter().filter(|kind| *kind == "TICKET_CHANGED").count(), 2);
    let reads = token(&[Scope::TicketsRead], None).await;
    reads.mutate("updateTicket", json!({ "ticketId": ticket, "status": "OPEN" })).await.failed("FORBIDDEN");
}

async fn tags_that_are_archived_stay_and_are_not_newly_added(world: &World) {
    let [worn, old, gone] = [world.tag("Worn").await, world.tag("Old").await, world.tag("Gone").await];
    let input = json!({ "title": "Zip", "tagIds": [old] });
    let ticket = world.bea().mutate("createTicket", input).await.changed().text("ticket.id");
    for tag in [&old, &gone] {
        world.ada().mutate("updateTag", json!({ "tagId": tag, "archived": true })).await.changed();
    }
    let more = world.update(&ticket, json!({ "tagIds": [worn, old] })).await.changed();
    assert_eq!(more.get("ticket.tags"), &json!([{ "name": "Old" }, { "name": "Worn" }]));
    world.update(&ticket, json!({ "tagIds": [worn, gone] })).await.refused("INVALID", "input.tagIds");
    assert_eq!(world.update(&ticket, json!({ "tagIds": [] })).await.changed().get("ticket.tags"), &json!([]));
    world.update(&ticket, json!({ "tagIds": [old] })).await.refused("INVALID", "input.tagIds");
}

async fn a_tag_that_a_ticket_has_is_not_deleted(world: &World) {
    let [created, updated, free] = [world.tag("One").await, world.tag("Two").await, world.tag("Three").await];
    let input = json!({ "title": "Zip", "tagIds": [created] });
    let ticket = world.bea().mutate("createTicket", input).await.changed().text("ticket.id");
    world.update(&ticket, json!({ "tagIds": [updated] })).await.changed();
    for tag in [&created, &updated] {
        // The first one's history names it no longer, but did.
        world.ada().mutate("deleteTag", json!({ "tagId": tag })).await.refused("IN_USE", "input.tagId");
    }
    world.ada().mutate("deleteTag", json!({ "tagId": free })).await.done();
}

async fn who_is_gone_stays_on_the_tickets_they_had(world: &World) {
    let organisation = world.organisation();
    let new = json!({ "slug": "repair", "name": "Repair" });
    let team = world.ada().mutate("createTeam", new).await.changed().text("team.id");
    let id = world.opened().await;
    let ticket = world.ticket_of(&id).await;
    world.update(&ticket, json!({ "assigneeId": organisation.carl.id, "teamId": team })).await.changed();
    world.deactivate(&organisation.carl.id).await;
    world.ada().mutate("deleteTeam", json!({ "teamId": team })).await.done();
    let kept = world.resolve(&ticket).await;
    assert_eq!(kept.get("ticket.assignee.id"), &json!(organisation.carl.id));
    assert_eq!(kept.get("ticket.team.id"), &json!(team));
    // Said again, nothing changes; said anew, they can't be chosen.
    world.update(&ticket, json!({ "assigneeId": organisation.carl.id, "teamId": team })).await.unchanged();
    world.update(&ticket, json!({ "assigneeId": null, "teamId": null })).await.changed();
    world
        .update(&ticket, json!({ "assigneeId": organisation.carl.id }))
        .await
        .refused("AGENT_INACTIVE", "input.assigneeId");
    world.update(&ticket, json!({ "teamId": team })).await.refused("NOT_FOUND", "input.teamId");
}
