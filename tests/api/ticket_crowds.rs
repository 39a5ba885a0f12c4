//! A ticket with as many conversations as it may have: resolved in one step, all or nothing, while others are at them (semantics §11.2,
//! §13.3).

use std::time::Instant;

use entity::enums::EventKind;
use entity::ids::{ConversationId, TicketId};
use entity::{conversation, event, notification};
use futures_util::future::{join, join_all};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{World, both};

both!(
    five_hundred_are_told_in_one_step,
    five_hundred_come_back_in_one_step,
    a_move_costs_the_same_however_many_are_told,
    others_at_the_same_conversations_never_meet_a_deadlock,
    two_tickets_of_the_same_conversations_move_at_once,
    what_cannot_be_saved_leaves_nothing,
);

/// As many conversations as a ticket may have.
const MANY: usize = 500;

/// How many log rows of a kind are about a ticket.
async fn rows_of(world: &World, ticket: &str, kind: EventKind) -> u64 {
    let rows = world.rows().await;
    let its = event::Entity::find().filter(event::Column::SubjectId.eq(TicketId::parse(ticket).unwrap().0));
    let count = its.filter(event::Column::Kind.eq(kind)).count(&rows).await.unwrap();
    rows.close().await.unwrap();
    count
}

/// A ticket and so many conversations of Carl's that are linked to it.
async fn crowd(world: &World, many: usize, reopen_on_resolve: bool) -> (String, Vec<ConversationId>) {
    let ids = world.laden(&world.organisation().carl.id, many).await;
    let ticket = world.a_ticket("Zip").await;
    world.link_all(&ticket, &ids, reopen_on_resolve).await;
    (ticket, ids)
}

fn took(what: &str, world: &World, since: Instant) {
    println!("{what} on {:?}: {:?}", world.app.service.store.backend(), since.elapsed());
}

async fn five_hundred_are_told_in_one_step(world: &World) {
    let (ticket, ids) = crowd(world, MANY, false).await;
    let since = Instant::now();
    let moved = world.resolve(&ticket).await;
    took("500 told", world, since);
    assert_eq!(moved.kinds(), ["TICKET_CHANGED"; 100]);
    assert_eq!(moved.int("ticket.version"), 2 + MANY as i64);
    assert_eq!(rows_of(world, &ticket, EventKind::TicketUpdated).await, 1);
    assert_eq!(rows_of(world, &ticket, EventKind::TicketChanged).await, MANY as u64);
    let rows = world.rows().await;
    let told = event::Entity::find().filter(event::Column::Kind.eq(EventKind::TicketChanged)).all(&rows).await.unwrap();
    let mut conversations: Vec<ConversationId> = told.iter().map(|row| row.conversation_id.unwrap()).collect();
    assert!(conversations.is_sorted(), "in the order of their ids");
    conversations.dedup();
    assert_eq!(conversations.len(), ids.len(), "each once");
    assert_eq!(notification::Entity::find().count(&rows).await.unwrap(), MANY as u64, "and its assignee of each");
    rows.close().await.unwrap();
}

async fn five_hundred_come_back_in_one_step(world: &World) {
    let organisation = world.organisation();
    let ids = world.laden_through(&organisation.carl.id, Some(&organisation.support), MANY).await;
    let ticket = world.a_ticket("Zip").await;
    world.link_all(&ticket, &ids, true).await;
    let policy = json!({ "channelId": organisation.mail, "policy": { "autoCloseAfter": "PT1H" } });
    world.ada().mutate("updateChannel", policy).await.changed();
    world.pass(chrono::TimeDelta::hours(2)).await;
    world.away(&organisation.carl.id).await;
    let hands_out = json!({ "teamId": organisation.support, "autoAssignment": "LEAST_BUSY" });
    world.ada().mutate("updateTeam", hands_out).await.changed();
    world.update(&ticket, json!({})).await.unchanged();
    world.settled(&world.robot()).await;
    let (since, before) = (Instant::now(), world.statements());
    let resolved = world.resolve(&ticket).await;
    took("500 reopened and handed out", world, since);
    let statements = world.statements() - before;
    println!("{statements} statements");
    assert!(statements <= 30, "{statements} statements");
    assert_eq!(resolved.kinds()[..4], ["TICKET_CHANGED", "REOPENED", "ASSIGNED", "ASSIGNED"]);
    let rows = world.rows().await;
    let all_open = conversation::Column::State.eq(entity::enums::ConversationState::Open);
    let open = conversation::Entity::find().filter(all_open).all(&rows).await.unwrap();
    assert_eq!(open.len(), MANY);
    assert!(open.iter().all(|row| row.assignee_id.is_some_and(|agent| agent.to_string() == organisation.bea.id)));
    rows.close().await.unwrap();
}

async fn a_move_costs_the_same_however_many_are_told(world: &World) {
    let robot = world.robot();
    let mut costs = Vec::new();
    for many in [1, 50, MANY] {
        let (ticket, _) = crowd(world, many, true).await;
        let moved = json!({ "ticketId": ticket, "status": "RESOLVED" });
        let document =
            "mutation($input: UpdateTicketInput!) { updateTicket(input: $input) { changed userErrors { code } } }";
        robot.query(document, json!({ "input": { "ticketId": ticket } })).await.ok();
        world.settled(&robot).await;
        let before = world.statements();
        robot.query(document, json!({ "input": moved })).await.changed();
        costs.push(world.statements() - before);
    }
    println!("statements for 1, 50 and 500: {costs:?}");
    let [one, fifty, all] = costs[..] else { panic!("{costs:?}") };
    assert!(fifty <= one + 1 && all <= fifty + 1 && all <= 20, "{costs:?}");
}

/// What others do to one of the conversations, and to another ticket of it.
fn others(id: &ConversationId, round: usize, other: &str) -> (&'static str, Value) {
    let id = id.to_string();
    let status = ["OPEN", "RESOLVED"][round / 9 % 2];
    match round % 9 {
        0 => ("reply", json!({ "conversationId": id, "text": "Hi" })),
        1 => ("linkTicket", json!({ "ticketId": other, "conversationId": id, "reopenOnResolve": true })),
        2 => ("closeConversation", json!({ "conversationId": id })),
        3 => ("reopenConversation", json!({ "conversationId": id })),
        4 => ("markAsSpam", json!({ "conversationId": id })),
        5 => ("unlinkTicket", json!({ "ticketId": other, "conversationId": id })),
        6 => ("restoreFromSpam", json!({ "conversationId": id })),
        7 => ("addNote", json!({ "conversationId": id, "text": "@support" })),
        _ => ("updateTicket", json!({ "ticketId": other, "status": status })),
    }
}

async fn others_at_the_same_conversations_never_meet_a_deadlock(world: &World) {
    let (ticket, ids) = crowd(world, MANY, true).await;
    let other = world.a_ticket("Other").await;
    let (robot, ada, bea) = (world.robot(), world.ada(), world.bea());
    let moving = async {
        for status in ["RESOLVED", "OPEN", "RESOLVED"] {
            let answer = robot.mutate("updateTicket", json!({ "ticketId": ticket, "status": status })).await.changed();
            assert_eq!(answer.get("ticket.status"), status);
        }
    };
    let (ids, other) = (&ids, &other);
    let busy = (0..6).map(|client| {
        let by = if client % 2 == 0 { &ada } else { &bea };
        async move {
            for round in 0..30 {
                // From both ends towards the middle, so that nobody follows the order of the ids.
                let at = if client % 2 == 0 { round * 16 + client } else { MANY - 1 - round * 16 - client };
                let (mutation, input) = others(&ids[at % MANY], round + client, other);
                by.mutate(mutation, input).await.ok();
            }
        }
    });
    join(moving, join_all(busy)).await;
    assert_eq!(rows_of(world, &ticket, EventKind::TicketUpdated).await, 3);
    assert_eq!(rows_of(world, &ticket, EventKind::TicketChanged).await, 3 * MANY as u64);
}

async fn two_tickets_of_the_same_conversations_move_at_once(world: &World) {
    let organisation = world.organisation();
    let ids = world.laden_through(&organisation.carl.id, Some(&organisation.support), 40).await;
    let hands_out = json!({ "teamId": organisation.support, "autoAssignment": "ROUND_ROBIN" });
    world.ada().mutate("updateTeam", hands_out).await.changed();
    let tickets = [world.a_ticket("One").await, world.a_ticket("Two").await];
    for ticket in &tickets {
        world.link_all(ticket, &ids, true).await;
    }
    for round in 0..4 {
        // Both name an agent who is handed conversations, too.
        let input = |ticket: &String| {
            let status = ["RESOLVED", "OPEN"][round % 2];
            let assignee = [&organisation.bea.id, &organisation.carl.id][round / 2 % 2];
            json!({ "ticketId": ticket, "status": status, "assigneeId": assignee, "teamId": organisation.support })
        };
        let (ada, robot) = (world.ada(), world.robot());
        let closing =
            ids.iter().take(10).map(|id| ada.mutate("closeConversation", json!({ "conversationId": id.to_string() })));
        join_all(closing).await.into_iter().for_each(|answer| drop(answer.done()));
        let moved = join_all(tickets.iter().map(|ticket| robot.mutate("updateTicket", input(ticket)))).await;
        moved.into_iter().for_each(|answer| drop(answer.changed()));
    }
}

async fn what_cannot_be_saved_leaves_nothing(world: &World) {
    let (ticket, ids) = crowd(world, 20, false).await;
    let rows = world.rows().await;
    let before = (world.last_seq().await, world.ticket_row(&ticket).await);
    // The last of them can't be told: its next version is taken.
    let newest = event::Entity::find().filter(event::Column::ConversationId.eq(ids[19]));
    let newest = newest.filter(event::Column::ConversationVersion.eq(3)).one(&rows).await.unwrap().unwrap();
    let spoil = event::Entity::update_many().col_expr(event::Column::ConversationVersion, Expr::value(4));
    spoil.filter(event::Column::Seq.eq(newest.seq)).exec(&rows).await.unwrap();
    let failed = world.update(&ticket, json!({ "status": "RESOLVED" })).await;
    assert_eq!(failed.error_codes(), ["INTERNAL"]);
    assert_eq!((world.last_seq().await, world.ticket_row(&ticket).await), before);
    assert_eq!(rows_of(world, &ticket, EventKind::TicketChanged).await, 0);
    let mend = event::Entity::update_many().col_expr(event::Column::ConversationVersion, Expr::value(3));
    mend.filter(event::Column::Seq.eq(newest.seq)).exec(&rows).await.unwrap();
    rows.close().await.unwrap();
    world.resolve(&ticket).await;
    assert_eq!(rows_of(world, &ticket, EventKind::TicketChanged).await, 20);
}
