//! Which index serves which list, with rows enough that the planners care; on PostgreSQL under generic plans (performance.md, rule 3).

use entity::enums::TimerKind;
use entity::ids::{ChannelId, ConversationId, CustomerId, SweepId, TagId};
use entity::timer;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryTrait, Statement};
use switchboard::domain::actor::Actor;
use switchboard::domain::filter::{Filter, TagCondition};
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::sweep::Sweep;
use switchboard::domain::view::{Order, Sort, View, Whose};
use switchboard::store::conversations::list::Listing;
use switchboard::store::conversations::matching::Matching;
use switchboard::store::page::Window;
use switchboard::store::sweeps::{self, Unfinished};
use switchboard::store::timers;

use crate::support::shelf::{self, Shelf, agent, team};
use crate::support::volume::{self, literal};
use crate::support::{World, both};

both!(
    the_lists_read_along_their_indexes,
    personal_lists_and_tags_walk_nothing_in_vain,
    a_tag_on_few_and_a_tag_on_many_are_listed_alike,
    what_is_due_is_looked_up_along_its_index,
    what_a_sweep_concerns_is_looked_up_along_its_index,
    what_a_bulk_reaches_is_not_walked_for_in_vain,
);

/// Enough rows that walking all of them looks dear.
const ROWS: i64 = 20_000;

/// One in twenty open, a few snoozed or spam, agents and teams in turn.
async fn fill(world: &World, rows: &DatabaseConnection) {
    let customers = Shelf::of(world, 50).await.customers;
    let organisation = world.organisation();
    let time = match rows.get_database_backend() {
        DbBackend::Postgres => "last_activity_at + n * interval '1 minute'",
        _ => "strftime('%Y-%m-%dT%H:%M:%S+00:00', last_activity_at, '+' || n || ' minutes')",
    };
    let agents = [&organisation.ada, &organisation.bea, &organisation.carl].map(|who| literal(rows, agent(&who.id).0));
    let teams = [&organisation.support, &organisation.billing].map(|which| literal(rows, team(which).0));
    let customers = customers.iter().enumerate().map(|(at, id)| format!("WHEN {at} THEN {}", literal(rows, id.0)));
    let customers = customers.collect::<Vec<_>>().join(" ");
    volume::multiply(world, rows, ROWS, |column| {
        Some(match column {
        "customer_id" => format!("CASE n % 50 {customers} END"),
        "state" => "CASE WHEN n % 20 = 0 THEN 'OPEN' WHEN n % 401 = 0 THEN 'SNOOZED' WHEN n % 403 = 0 THEN 'SPAM' ELSE 'CLOSED' END".to_owned(),
        "last_activity_at" | "closed_at" | "snoozed_until" => time.to_owned(),
        "assignee_id" => format!("CASE n / 20 % 4 WHEN 0 THEN {} WHEN 1 THEN {} WHEN 2 THEN {} END", agents[0], agents[1], agents[2]),
        "team_id" => format!("CASE n / 80 % 3 WHEN 0 THEN {} WHEN 1 THEN {} END", teams[0], teams[1]),
        "created_by_kind" => "CASE n / 20 % 25 WHEN 0 THEN 'AGENT' ELSE created_by_kind END".to_owned(),
            "created_by_id" => format!("CASE n / 20 % 25 WHEN 0 THEN {} END", agents[1]),
        _ => return None,
    })
    }).await;
    beside(rows, &agents).await;
    // PostgreSQL reads an index alone only where it knows that all see its rows.
    let learn = if rows.get_database_backend() == DbBackend::Postgres { "VACUUM ANALYZE" } else { "ANALYZE" };
    rows.execute_unprepared(learn).await.unwrap();
}

/// Thirty tags, of which each conversation has one; agents who follow, are named, and have read.
async fn beside(rows: &DatabaseConnection, agents: &[String]) {
    let execute = async |sql: String| rows.execute_unprepared(&sql).await.map(|_| ()).unwrap();
    for at in 0..30 {
        let id = literal(rows, tag(at).0);
        let tag = "id, name, name_key, archived, used, created_at";
        execute(format!(
            "INSERT INTO tag ({tag}) SELECT {id}, 'tag {at}', 'tag {at}', FALSE, TRUE, created_at FROM agent LIMIT 1"
        ))
        .await;
        let tagged = format!("SELECT id, {id} FROM conversation WHERE number % 30 = {at}");
        execute(format!("INSERT INTO conversation_tag (conversation_id, tag_id) {tagged}")).await;
    }
    // As many as make a share of one agent worth looking up.
    let others: Vec<String> = (0..30).map(|at| literal(rows, uuid::Uuid::from_u128(at + 1))).collect();
    for (at, id) in others.iter().enumerate() {
        let columns = "id, handle, name, name_key, email, email_key, role, availability, time_zone, created_at";
        let values = format!("{id}, 'x{at}', 'x', 'x', 'x', 'x{at}', 'AGENT', 'ONLINE', 'UTC', created_at");
        execute(format!("INSERT INTO agent ({columns}) SELECT {values} FROM agent LIMIT 1")).await;
    }
    for (at, agent) in agents.iter().chain(&others).enumerate() {
        let some = format!("FROM conversation WHERE number / 20 % 25 = {}", at % 25);
        let follow = format!("SELECT id, {agent}, 'FOLLOWING', created_at {some}");
        execute(format!("INSERT INTO follow (conversation_id, agent_id, choice, since) {follow}")).await;
        execute(format!("INSERT INTO mentioned (conversation_id, agent_id) SELECT id, {agent} {some}")).await;
    }
    for agent in agents {
        let read = format!("SELECT {agent}, id, 1 FROM conversation WHERE number / 20 % 3 < 2");
        execute(format!("INSERT INTO read_mark (agent_id, conversation_id, read_to) {read}")).await;
    }
}

fn tag(at: u128) -> TagId {
    TagId(uuid::Uuid::from_u128(at + 1))
}

/// What the database says it would do.
pub async fn plan(rows: &DatabaseConnection, number: usize, sql: &str, bound: usize) -> String {
    let backend = rows.get_database_backend();
    let ask = match backend {
        DbBackend::Postgres => {
            // Each its own name: sqlx remembers the statement that explains, so a name can't be given again.
            let list = format!("list_{number}");
            rows.execute_unprepared("SET plan_cache_mode = force_generic_plan").await.unwrap();
            rows.execute_unprepared(&format!("PREPARE {list} AS {sql}")).await.unwrap();
            let nulls = if bound == 0 { String::new() } else { format!("({})", vec!["NULL"; bound].join(", ")) };
            format!("EXPLAIN EXECUTE {list}{nulls}")
        }
        _ => format!("EXPLAIN QUERY PLAN {sql}"),
    };
    let lines = rows.query_all_raw(Statement::from_string(backend, ask)).await.unwrap();
    let column = if backend == DbBackend::Postgres { 0 } else { 3 };
    lines.iter().map(|line| line.try_get_by_index::<String>(column).unwrap()).collect::<Vec<_>>().join("\n")
}

async fn the_lists_read_along_their_indexes(world: &World) {
    let rows = world.rows().await;
    fill(world, &rows).await;
    let organisation = world.organisation();
    let viewer = shelf::viewer(&organisation.bea.id, ChannelAccess::All);
    let list = |view, whose, filter| Listing { view, whose, filter, order: None };
    let none = Filter::default;
    let teams = Filter { teams: Some(vec![team(&organisation.support)]), ..none() };
    let both_teams = Filter { teams: Some(vec![team(&organisation.support), team(&organisation.billing)]), ..none() };
    let agents = Filter { assignees: Some(vec![agent(&organisation.ada.id), agent(&organisation.carl.id)]), ..none() };
    let customer = Filter { customers: Some(vec![CustomerId(uuid::Uuid::from_u128(1))]), ..none() };
    let sorted =
        |by, descending| Listing { order: Some(Order { by, descending }), ..list(View::Inbox, Whose::All, none()) };
    let cases = [
        (list(View::Inbox, Whose::All, none()), "conversation_inbox"),
        (list(View::Inbox, Whose::Mine, none()), "conversation_inbox_assignee"),
        (list(View::Inbox, Whose::Unassigned, none()), "conversation_inbox_unassigned conversation_inbox_assignee"),
        (list(View::Inbox, Whose::All, teams), "conversation_inbox_team"),
        (list(View::Inbox, Whose::All, both_teams), "conversation_inbox_team"),
        (list(View::Inbox, Whose::All, agents), "conversation_inbox_assignee"),
        (sorted(Sort::Priority, true), "conversation_inbox_priority"),
        (sorted(Sort::WaitingSince, false), "conversation_inbox_waiting"),
        (list(View::Snoozed, Whose::All, none()), "conversation_snoozed"),
        (list(View::History, Whose::All, none()), "conversation_history"),
        (list(View::History, Whose::All, customer.clone()), "conversation_history_customer"),
        (list(View::Spam, Whose::All, none()), "conversation_spam"),
        (list(View::All, Whose::All, none()), "conversation_any"),
        (list(View::All, Whose::All, customer), "conversation_customer"),
    ];
    let mut number = 0;
    for (listing, index) in cases {
        for after in [None, Some(cursor(world, &listing).await)] {
            let Some(after) = after.map_or(Some(None), |cursor| cursor.map(Some)) else { continue };
            let window = Window { limit: 25, backward: false, after, before: None };
            let store = &world.app.service.store;
            let (sql, bound) = store.statement_of(&viewer, &listing, &window).unwrap().unwrap();
            number += 1;
            let plan = plan(&rows, number, &sql, bound).await;
            let used = plan
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .any(|word| index.split(' ').any(|name| name == word));
            assert!(used, "{index} is not used by {listing:?}\n{sql}\n{plan}");
            let merged = sql.contains("UNION ALL");
            let sorts = plan.contains("Sort") || plan.contains("TEMP B-TREE");
            assert!(merged || !sorts, "{index} doesn't give the order of {listing:?}\n{sql}\n{plan}");
            assert!(!plan.contains("Seq Scan on conversation"), "{listing:?}\n{plan}");
        }
    }
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}

/// The cursor of the list's first row, if it has one.
async fn cursor(world: &World, listing: &Listing) -> Option<String> {
    let viewer = shelf::viewer(&world.organisation().bea.id, ChannelAccess::All);
    let window = Window { limit: 1, backward: false, after: None, before: None };
    let page = world.app.service.store.conversations(&viewer, listing, &window).await.unwrap();
    page.rows.first().map(|(cursor, _)| cursor.clone())
}

/// Each with the indexes that serve it; of several ways, those of the one for few.
async fn personal_lists_and_tags_walk_nothing_in_vain(world: &World) {
    let rows = world.rows().await;
    fill(world, &rows).await;
    let viewer = shelf::viewer(&world.organisation().bea.id, ChannelAccess::All);
    let none = Filter::default;
    let tagged = || of_tag(&[tag(1)]);
    let unread = || Filter { unread_only: true, ..none() };
    let cases = [
        (View::Inbox, Whose::Following, none(), ["conversation_inbox", "follow_pkey follow_by_agent"]),
        (View::Inbox, Whose::Mentioned, none(), ["conversation_inbox", "mentioned_pkey mentioned_by_agent"]),
        (View::Inbox, Whose::CreatedByMe, none(), ["conversation_begun conversation_inbox", ""]),
        (View::Inbox, Whose::All, tagged(), ["conversation_inbox", "conversation_tag_pkey conversation_tag_by_tag"]),
        (View::Inbox, Whose::All, unread(), ["conversation_inbox", "read_mark_pkey sqlite_autoindex_read_mark_1"]),
        (View::History, Whose::Following, none(), [BY_ID, "follow_by_agent"]),
        (View::History, Whose::Mentioned, none(), [BY_ID, "mentioned_by_agent"]),
        (View::History, Whose::CreatedByMe, none(), ["conversation_history_begun", ""]),
        (View::History, Whose::All, tagged(), [BY_ID, "conversation_tag_by_tag"]),
        (View::History, Whose::All, unread(), ["conversation_history", "read_mark_pkey sqlite_autoindex_read_mark_1"]),
        (View::All, Whose::Following, none(), [BY_ID, "follow_by_agent"]),
        (View::All, Whose::Mentioned, none(), [BY_ID, "mentioned_by_agent"]),
        (View::All, Whose::CreatedByMe, none(), ["conversation_begun", ""]),
        (View::All, Whose::All, tagged(), [BY_ID, "conversation_tag_by_tag"]),
        (View::All, Whose::All, unread(), ["conversation_any", "read_mark_pkey sqlite_autoindex_read_mark_1"]),
    ];
    for (number, (view, whose, filter, indexes)) in cases.into_iter().enumerate() {
        let listing = Listing { view, whose, filter, order: None };
        let window = Window { limit: 25, backward: false, after: None, before: None };
        let (sql, bound) = world.app.service.store.statement_of(&viewer, &listing, &window).unwrap().unwrap();
        let plan = plan(&rows, number, &sql, bound).await;
        let words: Vec<&str> = plan.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        for index in indexes.into_iter().filter(|index| !index.is_empty()) {
            assert!(
                index.split(' ').any(|name| words.contains(&name)),
                "{index} is not used by {listing:?}\n{sql}\n{plan}"
            );
        }
        let walked = plan.lines().filter_map(|line| line.split("Seq Scan on ").nth(1)?.split(' ').next());
        assert_eq!(walked.filter(|table| *table == "conversation").count(), 0, "{listing:?}\n{plan}");
    }
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}

/// What is open, however old, without passing what was ever closed; what is closed, along the ids.
async fn what_a_bulk_reaches_is_not_walked_for_in_vain(world: &World) {
    let rows = world.rows().await;
    fill(world, &rows).await;
    let viewer = shelf::viewer(&world.organisation().bea.id, ChannelAccess::All);
    let store = &world.app.service.store;
    let tagged = || of_tag(&[tag(1)]);
    let open = "conversation_inbox conversation_inbox_assignee conversation_inbox_priority conversation_inbox_waiting";
    let cases = [
        (View::Inbox, Whose::All, Filter::default(), open),
        (View::Inbox, Whose::Mine, Filter::default(), "conversation_inbox_assignee conversation_held"),
        (View::Inbox, Whose::All, tagged(), open),
        (View::Snoozed, Whose::All, Filter::default(), "conversation_snoozed"),
        (View::History, Whose::All, Filter::default(), BY_ID),
        (View::History, Whose::All, tagged(), "conversation_tag_by_tag"),
        (View::All, Whose::All, Filter::default(), BY_ID),
    ];
    let mut number = 0;
    for (view, whose, filter, index) in cases {
        let first = Matching { view, whose, filter, after: None };
        let batch = store.matching(&viewer, &first, 10).await.unwrap();
        for matching in [first.clone(), Matching { after: batch.end_cursor, ..first }] {
            let (sql, bound) = store.statement_of_matching(&viewer, &matching, 500).unwrap().unwrap();
            number += 1;
            let plan = plan(&rows, number, &sql, bound).await;
            let words: Vec<&str> = plan.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
            assert!(index.split(' ').any(|name| words.contains(&name)), "{index} for {matching:?}\n{sql}\n{plan}");
            assert!(!plan.contains("Seq Scan on conversation "), "{matching:?}\n{plan}");
        }
    }
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}

/// Looking up by id.
pub const BY_ID: &str = "conversation_pkey sqlite_autoindex_conversation_1";

fn of_tag(tags: &[TagId]) -> Filter {
    Filter { tags: Some(TagCondition { has_any: Some(tags.to_vec()), ..TagCondition::default() }), ..Filter::default() }
}

async fn a_tag_on_few_and_a_tag_on_many_are_listed_alike(world: &World) {
    let rows = world.rows().await;
    fill(world, &rows).await;
    let (few, many) = (tag(0), tag(1));
    let worn = format!("SELECT id, {} FROM conversation WHERE number % 30 <> 1", literal(&rows, many.0));
    rows.execute_unprepared(&format!("INSERT INTO conversation_tag (conversation_id, tag_id) {worn}")).await.unwrap();
    let viewer = shelf::viewer(&world.organisation().bea.id, ChannelAccess::All);
    let store = &world.app.service.store;
    for view in [View::Inbox, View::History, View::All] {
        for backward in [false, true] {
            let page = async |filter: Filter, edge: Option<String>| {
                let (after, before) = if backward { (None, edge) } else { (edge, None) };
                let window = Window { limit: 100, backward, after, before };
                let listing = Listing { view, whose: Whose::All, filter, order: None };
                store.conversations(&viewer, &listing, &window).await.unwrap().rows
            };
            let whole = page(Filter::default(), None).await;
            let edge = if backward { &whole[90].0 } else { &whole[9].0 };
            for edge in [None, Some(edge.clone())] {
                let expected = page(Filter::default(), edge.clone()).await;
                // Everything has the tag, so that the list is the same.
                let found = page(of_tag(&[many]), edge.clone()).await;
                assert_eq!(found, expected, "{view:?} {edge:?}");
                let worn: Vec<_> = expected.into_iter().filter(|(_, row)| row.number % 30 == 0).collect();
                let found = page(of_tag(&[few]), edge.clone()).await;
                let found = if backward { &found[found.len() - worn.len()..] } else { &found[..worn.len()] };
                assert_eq!(found, worn, "{view:?} {edge:?}");
            }
        }
    }
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}

async fn what_is_due_is_looked_up_along_its_index(world: &World) {
    let rows = world.rows().await;
    volume::multiply(world, &rows, ROWS, |_| None).await;
    let kind = "CASE number % 3 WHEN 0 THEN 'WAKE' ELSE 'AUTO_CLOSE' END";
    let timers = format!(
        "INSERT INTO timer (conversation_id, kind, due_at, next_try_at, attempts)
        SELECT id, {kind}, created_at, created_at, CASE number % 1000 WHEN 0 THEN 20 ELSE 0 END FROM conversation"
    );
    rows.execute_unprepared(&timers).await.unwrap();
    rows.execute_unprepared("ANALYZE").await.unwrap();
    let backend = rows.get_database_backend();
    let last = timer::Entity::find().one(&rows).await.unwrap().unwrap();
    let now = world.clock.now();
    let wake = [TimerKind::Wake];
    let cases = [
        (timers::due(now, &timers::KINDS, None, 100), "timer_due", false),
        (timers::due(now, &timers::KINDS, Some(&last), 100), "timer_due", true),
        (timers::due(now, &wake, None, 100), "timer_due", false),
        (timers::due(now, &wake, Some(&last), 100), "timer_due", true),
        (timers::next(&timers::KINDS), "timer_due", false),
        (timers::next(&wake), "timer_due", false),
        (timers::parked(), "timer_parked", false),
    ];
    for (number, (query, index, further)) in cases.into_iter().enumerate() {
        let statement = query.build(backend);
        let bound = statement.values.map_or(0, |values| values.0.len());
        let plan = plan(&rows, number, &statement.sql, bound).await;
        assert!(plan.contains(index), "{}\n{plan}", statement.sql);
        assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{}\n{plan}", statement.sql);
        // One walk from where the last page ended, and not from the beginning.
        let range = if backend == DbBackend::Postgres {
            "ROW(next_try_at, conversation_id, kind) > ROW"
        } else {
            "(next_try_at,conversation_id,kind)>(?,?,?)"
        };
        assert!(!further || plan.contains(range), "{}\n{plan}", statement.sql);
    }
    timer::Entity::delete_many().exec(&rows).await.unwrap();
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}

async fn what_a_sweep_concerns_is_looked_up_along_its_index(world: &World) {
    let rows = world.rows().await;
    fill(world, &rows).await;
    let organisation = world.organisation();
    let channel = ChannelId::parse(&organisation.mail).unwrap();
    let (bea, support) = (agent(&organisation.bea.id), team(&organisation.support));
    let cases = [
        (Sweep::PolicyChanged { channel }, "conversation_held_channel"),
        (Sweep::TeamDeleted { team: support }, "conversation_held_team"),
        (Sweep::AgentDeactivated { agent: bea }, "conversation_held"),
    ];
    for (number, (sweep, index)) in cases.into_iter().enumerate() {
        let (id, actor) = (SweepId::new(world.clock.now()), Actor::Clock);
        let of = Unfinished { id, sweep, cursor: ConversationId(uuid::Uuid::nil()), actor };
        let statement = sweeps::next(&of, 100).build(rows.get_database_backend());
        let bound = statement.values.map_or(0, |values| values.0.len());
        let plan = plan(&rows, number, &statement.sql, bound).await;
        let used = plan.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == index);
        assert!(used, "{index} is not used by {sweep:?}\n{}\n{plan}", statement.sql);
        assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{sweep:?}\n{plan}");
    }
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}
