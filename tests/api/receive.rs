//! A customer's message arrives (semantics §8.1).

use crate::support::{World, both};

both!(nothing_yet);

async fn nothing_yet(world: &World) {
    world.ada().query("{ eventCursor }", serde_json::json!({})).await.ok();
}
