//! Conversations in numbers, made by the database out of one row; for tests of plans and of counts that stop.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, IdenStatic, Iterable};
use uuid::Uuid;

use super::World;
use super::shelf::Shelf;

/// Fills the table with one plain conversation and this many copies. `value` says how a column differs from the plain one's, as SQL in
/// which `n` counts the copies from 1.
pub async fn multiply(world: &World, rows: &DatabaseConnection, copies: i64, value: impl Fn(&str) -> Option<String>) {
    let mut shelf = Shelf::of(world, 1).await;
    shelf.put(shelf.plain());
    shelf.write(world).await;
    let (numbers, id) = match rows.get_database_backend() {
        DbBackend::Postgres => (format!("SELECT n FROM generate_series(1, {copies}) AS many (n)"), "gen_random_uuid()"),
        _ => (
            format!(
                "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < {copies}) SELECT n FROM many"
            ),
            "randomblob(16)",
        ),
    };
    let columns: Vec<String> = entity::conversation::Column::iter().map(|column| column.as_str().to_owned()).collect();
    let values = columns.iter().map(|column| match column.as_str() {
        "id" => id.to_owned(),
        "number" => "10000 + n".to_owned(),
        other => value(other).unwrap_or_else(|| other.to_owned()),
    });
    let values: Vec<String> = values.collect();
    let sql = format!(
        "INSERT INTO conversation ({}) SELECT {} FROM conversation, ({numbers}) AS numbers",
        columns.join(", "),
        values.join(", ")
    );
    rows.execute_unprepared(&sql).await.unwrap();
}

/// An id as a literal.
pub fn literal(rows: &DatabaseConnection, id: Uuid) -> String {
    let hex = id.simple();
    match rows.get_database_backend() {
        DbBackend::Postgres => format!("'{hex}'::uuid"),
        _ => format!("x'{hex}'"),
    }
}

/// Takes all conversations away, with what stands beside them.
pub async fn clear(rows: &DatabaseConnection) {
    let tables = ["conversation_tag", "follow", "mentioned", "read_mark", "conversation"];
    if rows.get_database_backend() == DbBackend::Postgres {
        // Deleting would look for what refers to each row.
        rows.execute_unprepared(&format!("TRUNCATE {} CASCADE", tables.join(", "))).await.unwrap();
        return;
    }
    for table in ["search_term", "search_row"].into_iter().chain(tables) {
        rows.execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
    }
}
