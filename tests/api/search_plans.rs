//! How searches are looked up, with rows enough that the planners care, and how far (architecture §5).

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use switchboard::domain::filter::Filter;
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::search::Query;
use switchboard::domain::view::{Order, Sort, View, Whose};
use switchboard::store::conversations::list::Listing;
use switchboard::store::page::Window;

use crate::plans::{BY_ID, plan};
use crate::support::{World, both, shelf, volume};

both!(words_are_looked_up_and_nothing_is_walked, the_newest_ten_thousand_places_are_looked_at);

const ROWS: i64 = 20_000;

/// So many conversations, each with a message that has a word in common with all, one with some, and one of its own.
async fn fill(world: &World, rows: &DatabaseConnection) {
    volume::multiply(world, rows, ROWS, |column| {
        (column == "state").then(|| "CASE WHEN n > 10000 THEN 'CLOSED' ELSE 'OPEN' END".to_owned())
    })
    .await;
    let words = "'common some' || (number % 100) || ' own' || number";
    let (columns, order) = ("kind, about_id, conversation_id", "ORDER BY number");
    let filled = if rows.get_database_backend() == DbBackend::Postgres {
        let terms = format!("array_to_tsvector(string_to_array({words}, ' '))");
        vec![
            "INSERT INTO search_row (kind, about_id, customer_id, terms)
                SELECT 'CUSTOMER', customer_id, customer_id, 'payer'::tsvector FROM conversation LIMIT 1"
                .to_owned(),
            format!(
                "INSERT INTO search_row ({columns}, terms) SELECT 'MESSAGE', gen_random_uuid(), id, {terms} FROM conversation {order}"
            ),
            "VACUUM ANALYZE".to_owned(),
        ]
    } else {
        let numbered = "search_row JOIN conversation ON conversation.id = search_row.conversation_id";
        vec![
            "INSERT INTO search_row (kind, about_id, customer_id)
                SELECT 'CUSTOMER', customer_id, customer_id FROM conversation LIMIT 1"
                .to_owned(),
            "INSERT INTO search_term (rowid, terms) SELECT id, 'payer' FROM search_row".to_owned(),
            format!(
                "INSERT INTO search_row ({columns}) SELECT 'MESSAGE', randomblob(16), id FROM conversation {order}"
            ),
            format!("INSERT INTO search_term (rowid, terms) SELECT search_row.id, {words} FROM {numbered}"),
            "ANALYZE".to_owned(),
        ]
    };
    for sql in filled {
        rows.execute_unprepared(&sql).await.unwrap();
    }
}

fn listing(view: View, search: &str) -> Listing {
    let filter = Filter { search: Some(Query::of(search)), ..Filter::default() };
    Listing { view, whose: Whose::All, filter, order: Some(Order { by: Sort::LastActivity, descending: true }) }
}

const FIRST: Window = Window { limit: 25, backward: false, after: None, before: None };

async fn words_are_looked_up_and_nothing_is_walked(world: &World) {
    let rows = world.rows().await;
    fill(world, &rows).await;
    let viewer = shelf::viewer(&world.organisation().bea.id, ChannelAccess::All);
    let sqlite = rows.get_database_backend() == DbBackend::Sqlite;
    for (number, view) in [View::Inbox, View::History, View::All].into_iter().enumerate() {
        let listing = listing(view, "some17 own");
        let (sql, bound) = world.app.service.store.statement_of(&viewer, &listing, &FIRST).unwrap().unwrap();
        let plan = plan(&rows, number, &sql, bound).await;
        let terms =
            if sqlite { "SCAN search_term VIRTUAL TABLE INDEX" } else { "Bitmap Index Scan on search_row_by_term" };
        assert!(plan.contains(terms), "{listing:?}\n{sql}\n{plan}");
        assert!(BY_ID.split(' ').any(|index| plan.contains(index)), "{listing:?}\n{sql}\n{plan}");
        let walks = ["Seq Scan on conversation", "Seq Scan on search_row", "SCAN conversation", "SCAN search_row"];
        let walked = plan.lines().find(|line| walks.iter().any(|walk| line.contains(walk)));
        assert_eq!(walked, None, "{listing:?}\n{sql}\n{plan}");
    }
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}

async fn the_newest_ten_thousand_places_are_looked_at(world: &World) {
    let rows = world.rows().await;
    fill(world, &rows).await;
    let viewer = shelf::viewer(&world.organisation().bea.id, ChannelAccess::All);
    let store = &world.app.service.store;
    for (view, search, expected) in [
        (View::All, "some17", 200),
        (View::Inbox, "some17", 100),
        (View::All, "own10017", 1),
        (View::All, "own1001", 10),
        (View::All, "own9", 0),
        (View::All, "common", 10_000),
        (View::History, "common", 10_000),
        // All that is open is older.
        (View::Inbox, "common", 0),
        (View::Inbox, "common own10001", 1),
        // The customer has all of them.
        (View::All, "payer", 1_000),
    ] {
        let page = store.conversations(&viewer, &listing(view, search), &FIRST).await.unwrap();
        assert_eq!(page.rows.len(), expected.min(25), "{view:?} {search}");
        assert_eq!(store.count(&page.whole).await.unwrap(), Some(expected as u64), "{view:?} {search}");
    }
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}
