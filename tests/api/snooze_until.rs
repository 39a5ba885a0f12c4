//! Until when a conversation sleeps (semantics §7.1): four ways to say it, in whose time zone, and what is refused.

use serde_json::{Value, json};

use crate::snooze::snooze;
use crate::support::{World, both};

both!(
    four_ways_to_say_until_when,
    a_preset_is_in_the_acting_agents_time_zone,
    an_integrations_preset_is_in_the_assignees_time_zone_else_in_utc,
    the_past_is_refused,
    five_years_ahead_is_far_enough,
    five_years_from_a_leap_day_end_on_the_last_of_february,
    what_would_never_wake_is_refused,
    a_flag_takes_only_true,
    whether_a_reply_wakes_it_is_left_out_but_never_null,
);

async fn zone(world: &World, agent: &str, zone: &str) {
    world.ada().mutate("updateAgent", json!({ "agentId": agent, "timeZone": zone })).await.changed();
}

async fn four_ways_to_say_until_when(world: &World) {
    let ways = [
        (json!({ "at": "2026-01-06T07:30:00.000001+01:00" }), json!("2026-01-06T06:30:00.000001Z")),
        (json!({ "after": "P1DT90M" }), json!("2026-01-06T10:30:00Z")),
        (json!({ "preset": "IN_ONE_HOUR" }), json!("2026-01-05T10:00:00Z")),
        (json!({ "preset": "LATER_TODAY" }), json!("2026-01-05T12:00:00Z")),
        (json!({ "preset": "TOMORROW_MORNING" }), json!("2026-01-06T09:00:00Z")),
        // It is Monday.
        (json!({ "preset": "NEXT_WEEK" }), json!("2026-01-12T09:00:00Z")),
        (json!({ "customerReplies": true }), Value::Null),
    ];
    for (until, resolved) in ways {
        let id = world.opened().await;
        let snoozed = snooze(world, &id, until).await.changed();
        assert_eq!(snoozed.kinds(), ["SNOOZED"]);
        assert_eq!(snoozed.get("conversation.state"), "SNOOZED");
        assert_eq!(snoozed.get("conversation.snooze"), &json!({ "until": resolved, "wakeOnReply": true }));
    }
}

async fn a_preset_is_in_the_acting_agents_time_zone(world: &World) {
    let organisation = world.organisation();
    zone(world, &organisation.bea.id, "America/New_York").await;
    zone(world, &organisation.carl.id, "Asia/Tokyo").await;
    let id = world.opened().await;
    world.assign(&id, &organisation.carl.id).await;
    let tomorrow = json!({ "preset": "TOMORROW_MORNING" });
    let snoozed = snooze(world, &id, tomorrow.clone()).await.changed();
    assert_eq!(snoozed.get("conversation.snooze.until"), "2026-01-06T14:00:00Z");
    let input = json!({ "conversationId": id, "until": tomorrow });
    let snoozed = world.carl().mutate("snoozeConversation", input).await.changed();
    // Nine in Tokyo.
    assert_eq!(snoozed.get("conversation.snooze.until"), "2026-01-06T00:00:00Z");
}

async fn an_integrations_preset_is_in_the_assignees_time_zone_else_in_utc(world: &World) {
    let organisation = world.organisation();
    zone(world, &organisation.carl.id, "Asia/Tokyo").await;
    for (assignee, until) in [(None, "2026-01-06T09:00:00Z"), (Some(&organisation.carl.id), "2026-01-06T00:00:00Z")] {
        let id = world.opened().await;
        if let Some(assignee) = assignee {
            world.assign(&id, assignee).await;
        }
        let input = json!({ "conversationId": id, "until": { "preset": "TOMORROW_MORNING" } });
        let snoozed = world.robot().mutate("snoozeConversation", input).await.changed();
        assert_eq!(snoozed.get("conversation.snooze.until"), until);
        assert_eq!(snoozed.get("entries.0.actor.displayName"), "Robot");
    }
}

async fn the_past_is_refused(world: &World) {
    let id = world.opened().await;
    for at in ["2026-01-05T08:59:59Z", "2026-01-05T09:00:00Z", "0001-01-01T00:00:00Z"] {
        let refused = snooze(world, &id, json!({ "at": at })).await.refused("IN_THE_PAST", "input.until.at");
        assert_eq!(
            (refused.get("conversation.state"), refused.get("conversation.version")),
            (&json!("OPEN"), &json!(2))
        );
    }
    snooze(world, &id, json!({ "at": "2026-01-05T09:00:00.000001Z" })).await.changed();
}

async fn five_years_ahead_is_far_enough(world: &World) {
    let id = world.opened().await;
    let (at, after) = ("input.until.at", "input.until.after");
    snooze(world, &id, json!({ "at": "2031-01-05T09:00:00.000001Z" })).await.refused("TOO_FAR_AHEAD", at);
    snooze(world, &id, json!({ "at": "9999-12-31T00:00:00Z" })).await.refused("TOO_FAR_AHEAD", at);
    snooze(world, &id, json!({ "after": "P3650D" })).await.refused("TOO_FAR_AHEAD", after);
    snooze(world, &id, json!({ "after": "P1826DT1S" })).await.refused("TOO_FAR_AHEAD", after);
    // Five years with one leap day.
    let snoozed = snooze(world, &id, json!({ "after": "P1826D" })).await.changed();
    assert_eq!(snoozed.get("conversation.snooze.until"), "2031-01-05T09:00:00Z");
}

async fn five_years_from_a_leap_day_end_on_the_last_of_february(world: &World) {
    world.clock.set("2028-02-29T09:00:00Z".parse().unwrap());
    let id = world.opened().await;
    let at = |at: &str| json!({ "at": at });
    for late in ["2033-02-28T09:00:00.000001Z", "2033-03-01T09:00:00Z"] {
        snooze(world, &id, at(late)).await.refused("TOO_FAR_AHEAD", "input.until.at");
    }
    let snoozed = snooze(world, &id, at("2033-02-28T09:00:00Z")).await.changed();
    assert_eq!(snoozed.get("conversation.snooze.until"), "2033-02-28T09:00:00Z");
}

async fn what_would_never_wake_is_refused(world: &World) {
    let id = world.opened().await;
    let input = json!({ "conversationId": id, "until": { "customerReplies": true }, "wakeOnReply": false });
    world.bea().mutate("snoozeConversation", input).await.refused("INVALID", "input.wakeOnReply");
}

async fn a_flag_takes_only_true(world: &World) {
    let id = world.opened().await;
    snooze(world, &id, json!({ "customerReplies": false })).await.refused("INVALID", "input.until.customerReplies");
    // Exactly one way.
    let both = json!({ "customerReplies": true, "preset": "NEXT_WEEK" });
    for until in [json!({}), both, json!({ "at": null }), json!({ "after": "-P1D" }), json!({ "preset": "NEVER" })] {
        let answer = snooze(world, &id, until.clone()).await;
        assert_eq!(answer.error_codes(), ["BAD_REQUEST"], "{until}");
    }
}

async fn whether_a_reply_wakes_it_is_left_out_but_never_null(world: &World) {
    let id = world.opened().await;
    let asleep = json!({ "until": { "after": "PT1H" }, "wakeOnReply": null });
    let mut input = asleep.clone();
    input["conversationId"] = json!(id);
    let reply = json!({ "conversationId": id, "text": "Hi", "then": { "snooze": asleep } });
    for (mutation, input) in [("snoozeConversation", input), ("reply", reply)] {
        assert_eq!(world.bea().mutate(mutation, input).await.error_codes(), ["BAD_REQUEST"], "{mutation}");
    }
    let snoozed = snooze(world, &id, json!({ "after": "PT1H" })).await.changed();
    assert_eq!(snoozed.get("conversation.snooze.wakeOnReply"), true);
}
