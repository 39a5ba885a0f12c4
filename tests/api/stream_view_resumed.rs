//! A view that is followed on from a cursor: what its viewer may see must still be what it was when the view was read.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::live::Transport;
use crate::support::{World, both};

both!(
    a_view_read_before_access_changed_is_to_be_read_anew,
    what_changes_nobodys_access_lets_a_view_go_on,
    what_was_told_before_access_changed_is_told_first,
);

const DOCUMENT: &str = "subscription($after: EventCursor) {
    viewChanged(view: ALL, after: $after) { cursor kind conversation { id version } } }";

fn vip_for(world: &World, agents: &[&String]) -> Value {
    json!({ "channelId": world.organisation().vip, "agentIds": agents, "teamIds": [world.organisation().billing] })
}

async fn a_view_read_before_access_changed_is_to_be_read_anew(world: &World) {
    let organisation = world.organisation();
    let conversation = world.opened().await;
    let (start, bea) = (world.cursor().await, &organisation.bea.id);
    // The tail begins before, so that its ring has what follows.
    let _listening = world.carl().follow(Transport::WebSocket, DOCUMENT, json!({})).await;
    world.ada().mutate("updateChannel", vip_for(world, &[bea])).await.changed();
    let gained = world.cursor().await;
    world.ada().mutate("updateChannel", vip_for(world, &[])).await.changed();
    let joined = world.cursor().await;
    let member = json!({ "teamId": organisation.billing, "memberIds": [organisation.dora.id, bea] });
    world.ada().mutate("updateTeam", member).await.changed();
    let last = world.cursor().await;
    for transport in Transport::ALL {
        for after in [&start, &gained, &joined] {
            let mut view = world.bea().follow(transport, DOCUMENT, json!({ "after": after })).await;
            let (code, cursor) = view.error().await;
            assert_eq!(code, "ACCESS_CHANGED", "{transport:?}");
            assert!(cursor.is_some());
        }
        // Admins see everything, and so does nobody less.
        let mut view = world.ada().follow(transport, DOCUMENT, json!({ "after": start })).await;
        view.silent(Duration::from_millis(50)).await;
        let mut view = world.bea().follow(transport, DOCUMENT, json!({ "after": last })).await;
        world.bea().mutate("closeConversation", json!({ "conversationId": conversation })).await.ok();
        world.bea().mutate("reopenConversation", json!({ "conversationId": conversation })).await.changed();
        assert_eq!(view.next().await["kind"], "UPDATED");
    }
    // Another node begins with nothing in its ring.
    let (base, app) = world.another_node().await;
    let there = world.client_at(&base, &organisation.bea.token);
    let mut view = there.follow(Transport::Events, DOCUMENT, json!({ "after": joined })).await;
    assert_eq!(view.error().await.0, "ACCESS_CHANGED", "also from the table");
    drop(view);
    app.service.store.close().await;
}

async fn what_changes_nobodys_access_lets_a_view_go_on(world: &World) {
    let organisation = world.organisation();
    let (conversation, start) = (world.opened().await, world.cursor().await);
    world.ada().mutate("updateAgent", json!({ "agentId": organisation.bea.id, "name": "Beatrice" })).await.changed();
    world
        .ada()
        .mutate("updateAgent", json!({ "agentId": organisation.bea.id, "availability": "AWAY" }))
        .await
        .changed();
    world.ada().mutate("updateTeam", json!({ "teamId": organisation.support, "name": "Helpers" })).await.changed();
    world.ada().mutate("updateTeam", json!({ "teamId": organisation.billing, "memberIds": [] })).await.changed();
    world.ada().mutate("createTag", json!({ "name": "new" })).await.changed();
    world.close(&conversation).await;
    for transport in Transport::ALL {
        let mut view = world.bea().follow(transport, DOCUMENT, json!({ "after": start })).await;
        assert_eq!(view.next().await["conversation"]["id"], conversation, "{transport:?}");
    }
}

async fn what_was_told_before_access_changed_is_told_first(world: &World) {
    let bea = &world.organisation().bea.id;
    let (conversation, start) = (world.opened().await, world.cursor().await);
    world.close(&conversation).await;
    let before = world.cursor().await;
    world.ada().mutate("updateChannel", vip_for(world, &[bea])).await.changed();
    let mut view = world.bea().follow(Transport::WebSocket, DOCUMENT, json!({ "after": start })).await;
    assert_eq!(view.next().await["kind"], "UPDATED");
    let (code, cursor) = view.error().await;
    assert_eq!((&*code, cursor.as_deref()), ("ACCESS_CHANGED", Some(&*before)));
}
