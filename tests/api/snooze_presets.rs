//! The menu of snoozes (semantics §7.1, §9).

use serde_json::{Value, json};

use crate::support::{Client, World, both};

both!(
    presets_are_instants_in_the_viewers_time_zone,
    for_integrations_presets_are_in_utc,
    a_preset_means_what_the_menu_says,
    the_hour_that_a_clock_change_takes_is_not_counted,
);

async fn menu(client: &Client) -> Vec<(String, String)> {
    let answer = client.query("{ snoozePresets { preset until } }", json!({})).await.ok();
    let (presets, times) = (answer.texts("snoozePresets", "preset"), answer.texts("snoozePresets", "until"));
    presets.into_iter().zip(times).collect()
}

fn times(of: [&str; 4]) -> Vec<(String, String)> {
    let presets = ["IN_ONE_HOUR", "LATER_TODAY", "TOMORROW_MORNING", "NEXT_WEEK"];
    presets.iter().zip(of).map(|(preset, at)| ((*preset).to_owned(), format!("2026-{at}:00Z"))).collect()
}

async fn live_in(world: &World, zone: &str) {
    let input = json!({ "agentId": world.organisation().bea.id, "timeZone": zone });
    world.bea().mutate("updateAgent", input).await.changed();
}

async fn presets_are_instants_in_the_viewers_time_zone(world: &World) {
    let soon = ["01-05T10:00", "01-05T12:00"];
    for (zone, tomorrow, monday) in [
        ("Europe/Berlin", "01-06T08:00", "01-12T08:00"),
        ("America/Los_Angeles", "01-06T17:00", "01-12T17:00"),
        // Where it is still Sunday, the Monday after today is tomorrow.
        ("Pacific/Pago_Pago", "01-05T20:00", "01-05T20:00"),
        ("Pacific/Kiritimati", "01-05T19:00", "01-11T19:00"),
        ("Asia/Kathmandu", "01-06T03:15", "01-12T03:15"),
    ] {
        live_in(world, zone).await;
        assert_eq!(menu(&world.bea()).await, times([soon[0], soon[1], tomorrow, monday]), "{zone}");
    }
}

async fn for_integrations_presets_are_in_utc(world: &World) {
    for client in [world.gateway(), world.robot()] {
        assert_eq!(menu(&client).await, times(["01-05T10:00", "01-05T12:00", "01-06T09:00", "01-12T09:00"]));
    }
    world.client("").query("{ snoozePresets { preset } }", json!({})).await.failed("UNAUTHENTICATED");
}

async fn a_preset_means_what_the_menu_says(world: &World) {
    live_in(world, "America/New_York").await;
    for (preset, until) in menu(&world.bea()).await {
        let id = world.opened().await;
        let snoozed = world.snooze(&id, json!({ "preset": preset })).await;
        assert_eq!(snoozed.get("conversation.snooze.until"), &Value::from(until));
    }
}

/// In Berlin the clocks go forward on Sunday the 29th of March.
async fn the_hour_that_a_clock_change_takes_is_not_counted(world: &World) {
    live_in(world, "Europe/Berlin").await;
    world.clock.set("2026-03-28T23:30:00Z".parse().unwrap());
    assert_eq!(menu(&world.bea()).await, times(["03-29T00:30", "03-29T02:30", "03-30T07:00", "03-30T07:00"]));
    world.clock.set("2026-03-28T22:30:00Z".parse().unwrap());
    assert_eq!(menu(&world.bea()).await, times(["03-28T23:30", "03-29T01:30", "03-29T07:00", "03-30T07:00"]));
}
