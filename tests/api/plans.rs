//! Which index serves which list, with rows enough that the planners care; on PostgreSQL under generic plans (performance.md, rule 3).

use entity::ids::CustomerId;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use switchboard::domain::filter::Filter;
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::view::{Order, Sort, View, Whose};
use switchboard::store::conversations::list::Listing;
use switchboard::store::page::Window;

use crate::support::shelf::{self, Shelf, agent, team};
use crate::support::{World, both};

both!(the_lists_read_along_their_indexes);

/// Enough rows that walking all of them looks dear.
const ROWS: i64 = 20_000;

/// Copies one row many times: one in twenty open, a few snoozed or spam, agents and teams in turn.
async fn fill(world: &World, rows: &DatabaseConnection) {
    let shelf = Shelf::of(world, 50).await;
    let mut first = Shelf::of(world, 0).await;
    first.put(shelf.plain());
    first.write(world).await;
    let organisation = world.organisation();
    let hex = |id: uuid::Uuid| id.simple().to_string();
    let (numbers, id, time, blob): (String, &str, &str, fn(&str) -> String) = match rows.get_database_backend() {
        DbBackend::Postgres => (
            format!("SELECT n FROM generate_series(1, {ROWS}) AS many (n)"),
            "gen_random_uuid()",
            "last_activity_at + n * interval '1 minute'",
            |hex| format!("'{hex}'::uuid"),
        ),
        _ => (
            format!(
                "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < {ROWS}) SELECT n FROM many"
            ),
            "randomblob(16)",
            "strftime('%Y-%m-%dT%H:%M:%S+00:00', last_activity_at, '+' || n || ' minutes')",
            |hex| format!("x'{hex}'"),
        ),
    };
    let columns = columns();
    let agents = [&organisation.ada, &organisation.bea, &organisation.carl].map(|who| blob(&hex(agent(&who.id).0)));
    let teams = [&organisation.support, &organisation.billing].map(|which| blob(&hex(team(which).0)));
    let customers = shelf.customers.iter().enumerate().map(|(at, id)| format!("WHEN {at} THEN {}", blob(&hex(id.0))));
    let customers = customers.collect::<Vec<_>>().join(" ");
    let value = |column: &str| {
        match column {
        "id" => id.to_owned(),
        "customer_id" => format!("CASE n % 50 {customers} END"),
        "number" => "10000 + n".to_owned(),
        "state" => "CASE WHEN n % 20 = 0 THEN 'OPEN' WHEN n % 401 = 0 THEN 'SNOOZED' WHEN n % 403 = 0 THEN 'SPAM' ELSE 'CLOSED' END".to_owned(),
        "last_activity_at" | "closed_at" | "snoozed_until" => time.to_owned(),
        "assignee_id" => format!("CASE n / 20 % 4 WHEN 0 THEN {} WHEN 1 THEN {} WHEN 2 THEN {} END", agents[0], agents[1], agents[2]),
        "team_id" => format!("CASE n / 80 % 3 WHEN 0 THEN {} WHEN 1 THEN {} END", teams[0], teams[1]),
        other => other.to_owned(),
    }
    };
    let values: Vec<String> = columns.iter().map(|column| value(column)).collect();
    let sql = format!(
        "INSERT INTO conversation ({}) SELECT {} FROM conversation, ({numbers}) AS numbers",
        columns.join(", "),
        values.join(", ")
    );
    rows.execute_unprepared(&sql).await.unwrap();
    rows.execute_unprepared("ANALYZE").await.unwrap();
}

fn columns() -> Vec<String> {
    use sea_orm::{IdenStatic, Iterable};
    entity::conversation::Column::iter().map(|column| column.as_str().to_owned()).collect()
}

/// What the database says it would do.
async fn plan(rows: &DatabaseConnection, number: usize, sql: &str, bound: usize) -> String {
    let backend = rows.get_database_backend();
    let ask = match backend {
        DbBackend::Postgres => {
            // Each its own name: sqlx remembers the statement that explains, so a name can't be given again.
            let list = format!("list_{number}");
            rows.execute_unprepared("SET plan_cache_mode = force_generic_plan").await.unwrap();
            rows.execute_unprepared(&format!("PREPARE {list} AS {sql}")).await.unwrap();
            let nulls = vec!["NULL"; bound].join(", ");
            format!("EXPLAIN EXECUTE {list}({nulls})")
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
    rows.execute_unprepared("DELETE FROM conversation").await.unwrap();
    rows.close().await.unwrap();
}

/// The cursor of the list's first row, if it has one.
async fn cursor(world: &World, listing: &Listing) -> Option<String> {
    let viewer = shelf::viewer(&world.organisation().bea.id, ChannelAccess::All);
    let window = Window { limit: 1, backward: false, after: None, before: None };
    let page = world.app.service.store.conversations(&viewer, listing, &window).await.unwrap();
    page.rows.first().map(|(cursor, _)| cursor.clone())
}
