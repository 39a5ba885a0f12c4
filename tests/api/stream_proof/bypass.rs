//! The log as it would be without its head: what is proved must be seen to fail there.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::verdict::bare;
use crate::support::World;

/// Puts a view in the place of the head whose numbers come from a sequence: nobody waits for anybody's commit.
pub async fn head(world: &World) {
    let rows = world.rows().await;
    let statements = "ALTER TABLE event_head RENAME TO head_row;
        CREATE SEQUENCE bypass;
        SELECT setval('bypass', last_seq) FROM head_row;
        CREATE VIEW event_head AS SELECT id, epoch, (SELECT last_value FROM bypass) AS last_seq, setup_seq,
            next_conversation_number, next_ticket_number, demo FROM head_row;
        CREATE FUNCTION bypassed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_advisory_lock(1);
            NEW.last_seq := setval('bypass', (SELECT last_value FROM bypass) + NEW.last_seq - OLD.last_seq);
            PERFORM pg_advisory_unlock(1);
            RETURN NEW; END $$;
        CREATE TRIGGER bypassed INSTEAD OF UPDATE ON event_head FOR EACH ROW EXECUTE FUNCTION bypassed()";
    rows.execute_unprepared(statements).await.unwrap();
    rows.close().await.unwrap();
}

const PULL: &str = "query($after: EventCursor) { conversationChanges(after: $after, first: 100) {
    nodes { entry { id } } endCursor hasMore } }";

/// Follows the log by its numbers alone, until nobody writes any more and nothing is left.
pub async fn pull(world: &World, from: i64, over: watch::Receiver<bool>) -> Vec<String> {
    let (mut heard, mut after) = (Vec::new(), json!(world.cursor_at(from).await));
    loop {
        let last = *over.borrow();
        let page = world.ada().query(PULL, json!({ "after": after })).await.ok();
        let found = page.at("conversationChanges.nodes").as_array().unwrap().clone();
        heard.extend(found.iter().map(|node: &Value| bare(node["entry"]["id"].as_str().unwrap())));
        after = page.at("conversationChanges.endCursor").clone();
        if last && page.at("conversationChanges.hasMore") == false {
            return heard;
        }
    }
}
