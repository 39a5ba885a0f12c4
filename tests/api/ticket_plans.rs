//! Which index serves which list of tickets, and what they cost (performance.md, rule 3; performance budgets).

use entity::ids::{ConversationId, CustomerId};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryTrait};
use serde_json::json;
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::ticket::filter::{TicketFilter, TicketOrder, TicketSort};
use switchboard::store::page::Window;
use switchboard::store::tickets::changes;
use switchboard::store::tickets::list::Listing;

use crate::budgets::{cost, warm};
use crate::plans::plan;
use crate::support::shelf::{self, agent};
use crate::support::volume::{self, literal};
use crate::support::{World, both};

both!(
    lists_of_tickets_read_along_their_indexes,
    a_system_that_few_or_many_have_is_listed_alike_and_counted_so_far,
    the_feed_of_tickets_walks_their_rows_of_the_log_alone,
    a_page_of_tickets_costs_the_same_for_one_and_for_fifty,
    tickets_with_their_conversations_cost_the_same_for_one_and_for_fifty,
    conversations_with_their_tickets_cost_the_same_for_one_and_for_fifty,
    a_page_of_what_happened_costs_the_same_for_one_and_for_fifty,
);

/// Enough rows that walking all of them looks dear, and more than are counted.
const ROWS: i64 = 20_000;

/// The numbers from 1, as a table `numbers (n)`.
fn numbers(rows: &DatabaseConnection, many: i64) -> String {
    match rows.get_database_backend() {
        DbBackend::Postgres => format!("(SELECT n FROM generate_series(1, {many}) AS many (n)) AS numbers"),
        _ => format!(
            "(WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < {many}) SELECT n FROM many) AS numbers"
        ),
    }
}

async fn execute(rows: &DatabaseConnection, sql: &str) {
    rows.execute_unprepared(sql).await.unwrap();
}

/// Tickets of which one in ten isn't resolved, every other is known to github, and one in five hundred to jira; each has a conversation.
async fn fill(world: &World, rows: &DatabaseConnection) {
    volume::multiply(world, rows, ROWS, |_| None).await;
    let (id, at) = match rows.get_database_backend() {
        DbBackend::Postgres => ("gen_random_uuid()", "timestamptz '2026-01-05T09:00:00Z' + n * interval '1 minute'"),
        _ => ("randomblob(16)", "strftime('%Y-%m-%dT%H:%M:%S+00:00', '2026-01-05T09:00:00', '+' || n || ' minutes')"),
    };
    let bea = literal(rows, agent(&world.organisation().bea.id).0);
    let columns = "id, number, title, status, priority, assignee_id, tags, conversation_count, created_by_kind, created_at, updated_at, version";
    let status = "CASE n % 20 WHEN 0 THEN 'OPEN' WHEN 10 THEN 'IN_PROGRESS' ELSE 'RESOLVED' END";
    let assignee = format!("CASE n % 50 WHEN 0 THEN {bea} END");
    let values = format!("{id}, n, 'Ticket', {status}, n % 5, {assignee}, '[]', 1, 'CLOCK', {at}, {at}, 1");
    execute(rows, &format!("INSERT INTO ticket ({columns}) SELECT {values} FROM {}", numbers(rows, ROWS))).await;
    for (system, each) in [("github", 2), ("jira", 500)] {
        let refs = format!("SELECT '{system}', '{system}' || number, id FROM ticket WHERE number % {each} = 0");
        execute(rows, &format!("INSERT INTO external_ref (system, key, ticket_id) {refs}")).await;
    }
    let links = "SELECT ticket.id, conversation.id, FALSE, ticket.created_at, 'CLOCK' FROM ticket
        JOIN conversation ON conversation.number = 10000 + ticket.number";
    let columns = "ticket_id, conversation_id, reopen_on_resolve, linked_at, linked_by_kind";
    execute(rows, &format!("INSERT INTO ticket_link ({columns}) {links}")).await;
    execute(rows, if rows.get_database_backend() == DbBackend::Postgres { "VACUUM ANALYZE" } else { "ANALYZE" }).await;
}

async fn clear(rows: &DatabaseConnection) {
    for table in ["ticket_link", "external_ref", "ticket"] {
        execute(rows, &format!("DELETE FROM {table}")).await;
    }
    volume::clear(rows).await;
}

async fn lists_of_tickets_read_along_their_indexes(world: &World) {
    use entity::enums::TicketStatus::{InProgress, Open};
    let rows = world.rows().await;
    fill(world, &rows).await;
    let none = TicketFilter::default;
    let created = TicketOrder::default();
    let updated = TicketOrder { by: TicketSort::Updated, descending: true };
    let unresolved = TicketFilter { statuses: Some(vec![Open, InProgress]), ..none() };
    let open = TicketFilter { statuses: Some(vec![Open]), ..none() };
    let bea = TicketFilter { assignees: Some(vec![agent(&world.organisation().bea.id)]), ..none() };
    let nil = uuid::Uuid::nil();
    let one = TicketFilter { conversations: Some(vec![ConversationId(nil)]), ..none() };
    let several = TicketFilter { conversations: Some(vec![ConversationId(nil); 3]), ..none() };
    let hers = TicketFilter { customers: Some(vec![CustomerId(nil)]), ..none() };
    let jira = TicketFilter { system: Some("jira".to_owned()), ..none() };
    let since = TicketFilter { updated_after: Some(world.clock.now()), ..none() };
    // What is looked up is sorted; what is walked is not.
    let by_id = "ticket_pkey sqlite_autoindex_ticket_1";
    let cases = [
        (none(), created, vec!["ticket_created"], false),
        (none(), TicketOrder { descending: false, ..created }, vec!["ticket_created"], false),
        (none(), updated, vec!["ticket_updated"], false),
        (unresolved, created, vec!["ticket_unresolved"], false),
        (open, created, vec!["ticket_unresolved"], false),
        (bea, created, vec!["ticket_by_assignee"], false),
        (since.clone(), updated, vec!["ticket_updated"], false),
        (since, created, vec!["ticket_updated", "ticket_created"], true),
        (one.clone(), created, vec!["ticket_link_by_conversation", by_id], true),
        (one, updated, vec!["ticket_link_by_conversation", by_id], true),
        (several, created, vec!["ticket_link_by_conversation", by_id], true),
        (hers, created, vec!["conversation_customer", "ticket_link_by_conversation", by_id], true),
        (jira, created, vec!["external_ref_pkey sqlite_autoindex_external_ref_1", by_id, "ticket_created"], true),
    ];
    let viewer = shelf::viewer(&world.organisation().bea.id, ChannelAccess::All);
    for (number, (filter, order, indexes, looks_up)) in cases.into_iter().enumerate() {
        let listing = Listing { filter, order };
        let window = Window { limit: 25, backward: false, after: None, before: None };
        let (sql, bound) = world.app.service.store.tickets_statement(&viewer, &listing, &window).unwrap().unwrap();
        let plan = plan(&rows, number, &sql, bound).await;
        let words: Vec<&str> = plan.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        for index in indexes {
            let used = index.split(' ').any(|name| words.contains(&name));
            assert!(used, "{index} is not used by {listing:?}\n{sql}\n{plan}");
        }
        let sorts = plan.contains("Sort") || plan.contains("TEMP B-TREE");
        assert!(looks_up || !sorts, "{listing:?}\n{sql}\n{plan}");
        assert!(!plan.contains("Seq Scan on ticket"), "{listing:?}\n{plan}");
    }
    clear(&rows).await;
    rows.close().await.unwrap();
}

async fn a_system_that_few_or_many_have_is_listed_alike_and_counted_so_far(world: &World) {
    let rows = world.rows().await;
    fill(world, &rows).await;
    // Every other ticket is more than are looked up, and fewer than are counted.
    let (viewer, store) = (shelf::viewer(&world.organisation().bea.id, ChannelAccess::All), &world.app.service.store);
    for by in [TicketSort::Created, TicketSort::Updated] {
        for backward in [false, true] {
            for (system, each, count) in
                [(None, 1, None), (Some("github"), 2, Some(10_000)), (Some("jira"), 500, Some(40))]
            {
                let filter = TicketFilter { system: system.map(str::to_owned), ..TicketFilter::default() };
                let listing = Listing { filter, order: TicketOrder { by, descending: true } };
                let window = |after, before| Window { limit: 7, backward, after, before };
                let first = store.tickets(&viewer, &listing, &window(None, None)).await.unwrap();
                let edge = if backward { first.rows.first() } else { first.rows.last() };
                let edge = edge.map(|(cursor, _)| cursor.clone());
                let (after, before) = if backward { (None, edge) } else { (edge, None) };
                let second = store.tickets(&viewer, &listing, &window(after, before)).await.unwrap();
                let all =
                    if backward { [second.rows, first.rows].concat() } else { [first.rows, second.rows].concat() };
                let numbers: Vec<i64> = all.iter().map(|(_, row)| row.number).collect();
                let lowest = if backward { each } else { ROWS - 13 * each };
                let expected: Vec<i64> = (0..14).rev().map(|at| lowest + at * each).collect();
                assert_eq!(numbers, expected, "{listing:?} backward: {backward}");
                assert_eq!(store.count(&first.whole).await.unwrap(), count, "{listing:?}");
            }
        }
    }
    clear(&rows).await;
    rows.close().await.unwrap();
}

async fn the_feed_of_tickets_walks_their_rows_of_the_log_alone(world: &World) {
    let rows = world.rows().await;
    let (id, payload) = match rows.get_database_backend() {
        DbBackend::Postgres => ("gen_random_uuid()", "'{}'::jsonb"),
        _ => ("randomblob(16)", "'{}'"),
    };
    let kind = "CASE n % 100 WHEN 0 THEN 'TICKET_UPDATED' WHEN 1 THEN 'TICKET_CREATED' ELSE 'MESSAGE' END";
    let columns = "seq, id, kind, schema_version, actor_kind, cause_depth, at, payload";
    let last = world.last_seq().await;
    let values = format!("{last} + n, {id}, {kind}, 1, 'CLOCK', 0, created_at, {payload}");
    let from = format!("(SELECT created_at FROM agent LIMIT 1) AS any_time, {}", numbers(&rows, ROWS));
    execute(&rows, &format!("INSERT INTO event ({columns}) SELECT {values} FROM {from}")).await;
    for (number, analyzed) in [false, true].into_iter().enumerate() {
        if analyzed {
            execute(&rows, "ANALYZE").await;
        }
        let statement = changes::between(7, last + ROWS, 26).build(rows.get_database_backend());
        let bound = statement.values.map_or(0, |values| values.0.len());
        let plan = plan(&rows, number, &statement.sql, bound).await;
        assert!(plan.contains("event_of_tickets"), "{}\n{plan}", statement.sql);
        assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{}\n{plan}", statement.sql);
    }
    execute(&rows, &format!("DELETE FROM event WHERE seq > {last}")).await;
    rows.close().await.unwrap();
}

const TICKETS: &str = "query($first: Int) { tickets(first: $first) { nodes { id number title status priority version
    assignee { displayName } team { name } tags { name color } externalRefs { system key url } origin { text actor { displayName } }
    createdBy { displayName } } } }";

const LINKED: &str = "query($first: Int) { tickets(first: $first) { nodes { number conversations(first: 3) {
    nodes { number state customer { displayName } lastMessage { text } tags { name } } pageInfo { hasNextPage } } } } }";

const CONVERSATIONS: &str =
    "query($first: Int) { inbox(first: $first) { nodes { id tickets { reopenOnResolve linkedBy { displayName }
    ticket { title status assignee { displayName } tags { name } externalRefs { key } origin { text } } } } } }";

const CHANGES: &str = "query($first: Int) { ticketChanges(first: $first) { nodes { kind actor { displayName }
    ticket { title externalRefs { key } tags { name } } conversation { number customer { displayName } lastMessage { text } } } } }";

/// Fifty tickets with all there is, each of a conversation of its own.
async fn fifty(world: &World) {
    let (tag, bea) = (world.tag("bug").await, &world.organisation().bea.id);
    for at in 0..50 {
        let id = world.mailed(&format!("customer{at}@example.com"), "Hello").await.conversation();
        let reference = json!({ "system": "github", "key": at.to_string() });
        world
            .ticket(json!({ "conversationId": id, "title": "One", "assigneeId": bea, "tagIds": [tag], "externalRefs": [reference] }))
            .await;
    }
}

/// What a page costs for one and for fifty rows.
async fn costs(world: &World, document: &str) -> [u64; 2] {
    fifty(world).await;
    let robot = world.robot();
    warm(world, &robot, document, json!({ "first": 50 })).await;
    // Of the first two changes one is of the ticket alone, the other of its link.
    let few = cost(world, &robot, document, json!({ "first": if document == CHANGES { 2 } else { 1 } })).await;
    [few, cost(world, &robot, document, json!({ "first": 50 })).await]
}

async fn a_page_of_tickets_costs_the_same_for_one_and_for_fifty(world: &World) {
    let [one, fifty] = costs(world, TICKETS).await;
    assert_eq!(one, fifty);
    // The token's, the page, references, origins, and who wrote those.
    assert!(fifty <= 5, "a page of tickets takes {fifty} statements");
}

async fn tickets_with_their_conversations_cost_the_same_for_one_and_for_fifty(world: &World) {
    let [one, fifty] = costs(world, LINKED).await;
    assert_eq!(one, fifty);
    // The token's, the page, conversations, customers, messages.
    assert!(fifty <= 5, "a page of tickets with their conversations takes {fifty} statements");
}

async fn conversations_with_their_tickets_cost_the_same_for_one_and_for_fifty(world: &World) {
    let [one, fifty] = costs(world, CONVERSATIONS).await;
    assert_eq!(one, fifty);
    // The token's, the page, tickets, references, origins.
    assert!(fifty <= 5, "an inbox with tickets takes {fifty} statements");
}

async fn a_page_of_what_happened_costs_the_same_for_one_and_for_fifty(world: &World) {
    let [few, fifty] = costs(world, CHANGES).await;
    assert_eq!(few, fifty);
    // The token's, the rows, tickets, references, conversations, customers, messages.
    assert!(fifty <= 7, "a page of changes takes {fifty} statements");
}
