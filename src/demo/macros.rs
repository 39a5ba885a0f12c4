//! What the demo shop's agents answer again and again, with what follows from it.

use serde_json::{Value, json};

use super::organisation::Organisation;
use crate::automation::Spelling;
use crate::domain::actor::Actor;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::macros::SavedActions;

/// Saves them, as an agent would spell them.
pub(super) async fn save(service: &Service, spelling: Spelling, by: Actor, shop: &Organisation) -> Result<()> {
    for (name, actions) in kept(shop)? {
        let list = SavedActions { actions: (spelling.actions)(&actions)?, spelled: actions };
        service.create_macro(by, name, &list).await?;
    }
    Ok(())
}

/// One that asks and waits, one that hands on, one that ends.
fn kept(shop: &Organisation) -> Result<[(&'static str, Value); 3]> {
    let missing = || Error::internal("the demo's macros name somebody unknown");
    let returns = shop.teams.get("returns").map(ToString::to_string).ok_or_else(missing)?;
    let warranty = shop.tags.get("Warranty").map(ToString::to_string).ok_or_else(missing)?;
    Ok([
        (
            "Ask for the order number",
            json!([
                { "reply": { "text": "Could you send us your order number? It is in the mail that confirmed your order." } },
                { "snooze": { "until": { "preset": "TOMORROW_MORNING" } } },
            ]),
        ),
        (
            "Hand to Returns as a warranty case",
            json!([{ "assign": { "teamId": returns } }, { "addTags": [warranty] }, { "setPriority": { "priority": "HIGH" } }]),
        ),
        (
            "Thank and close",
            json!([{ "reply": { "text": "You're welcome, and have a good time outside!" } }, { "close": true }]),
        ),
    ])
}
