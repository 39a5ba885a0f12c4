//! The demo shop's tickets: what they are about, and how they go beside the conversations that led to them.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::TicketStatus;

use super::script::{Step, Timed};

/// One ticket, created from a conversation of the script.
pub(super) struct Issue {
    pub title: &'static str,
    pub description: &'static str,
    pub team: &'static str,
    /// System, key and URL.
    pub reference: Option<(&'static str, &'static str, &'static str)>,
    /// Whether the conversation it came from comes back when it is resolved.
    pub reopen_on_resolve: bool,
}

/// Tickets by the numbers the script uses.
pub(super) const ISSUES: [Issue; 3] = [
    Issue {
        title: "Spare tips of the Alder poles are out of stock",
        description: "The service kit is sold out. Write to everybody who asked once the supplier has delivered.",
        team: "support",
        reference: None,
        reopen_on_resolve: true,
    },
    Issue {
        title: "Checkout hangs after choosing PayPal",
        description: "It spins for ever in some browsers; a private window helps. Probably a stale session of the payment page.",
        team: "support",
        reference: Some(("github", "alder-and-pine/shop#212", "https://github.com/alder-and-pine/shop/issues/212")),
        reopen_on_resolve: false,
    },
    Issue {
        title: "Main zips of the Birch 3L split",
        description: "The third report about the batch of last autumn. Ask the workshop for its list, and the supplier for new sliders.",
        team: "returns",
        reference: None,
        reopen_on_resolve: false,
    },
];

/// Adds what happens to them: the first is resolved and brings its conversation back, each of the others is about two conversations.
pub(super) fn follow(steps: &mut Vec<Timed>, now: DateTime<Utc>) {
    let days = TimeDelta::days;
    let opened = |by, ticket| Step::Opened { by, ticket };
    let linked = |by, ticket| Step::TicketLinked { by, ticket };
    let moved = |by, ticket, status| Step::Moved { by, ticket, status };
    steps.extend([
        (now - days(10), 14, opened("ben", 0)),
        (now - days(1), 14, moved("ada", 0, TicketStatus::Resolved)),
        (now - TimeDelta::hours(50), 44, opened("dev", 1)),
        (now - TimeDelta::hours(40), 44, moved("dev", 1, TicketStatus::InProgress)),
        (now - TimeDelta::minutes(20), 65, linked("ben", 1)),
        (now - TimeDelta::hours(30), 43, opened("hugo", 2)),
        (now - TimeDelta::hours(4), 59, linked("chloe", 2)),
    ]);
}
