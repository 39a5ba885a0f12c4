//! What the demo shop lets happen by itself.

use entity::enums::{WorkflowMode, WorkflowTrigger};
use serde_json::{Value, json};

use super::organisation::Organisation;
use crate::automation::Spelling;
use crate::domain::actor::Actor;
use crate::domain::permission::ChannelAccess;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::macros::SavedActions;
use crate::service::workflows::{NewWorkflow, SavedCondition};

/// One of them, as an admin would spell it.
struct Kept {
    name: &'static str,
    mode: WorkflowMode,
    trigger: WorkflowTrigger,
    condition: Value,
    actions: Value,
}

/// Puts them in force, in their order: what follows is done by them too.
pub(super) async fn set_up(service: &Service, spelling: Spelling, by: Actor, shop: &Organisation) -> Result<()> {
    for Kept { name, mode, trigger, condition, actions } in kept(shop)? {
        let new = NewWorkflow {
            name: name.to_owned(),
            enabled: true,
            position: None,
            mode,
            trigger,
            condition: Some(SavedCondition { condition: (spelling.condition)(&condition)?, spelled: condition }),
            actions: SavedActions { actions: (spelling.actions)(&actions)?, spelled: actions },
        };
        service.create_workflow(by, &ChannelAccess::All, &new).await?;
    }
    Ok(())
}

/// By customer attribute, by content, by channel; the last is started by what people do.
fn kept(shop: &Organisation) -> Result<[Kept; 5]> {
    let missing = || Error::internal("the demo's workflows name somebody unknown");
    let team = |slug| shop.teams.get(slug).map(ToString::to_string).ok_or_else(missing);
    let channel = |name| shop.channels.get(name).map(ToString::to_string).ok_or_else(missing);
    let tag = |name| shop.tags.get(name).map(ToString::to_string).ok_or_else(missing);
    let (ada, _) = shop.agents.get("ada").ok_or_else(missing)?;
    let first = |condition| json!({ "all": [{ "firstMessage": true }, condition] });
    let broken = ["broke", "split", "squeaks", "doesn't light", "warranty"];
    let of_channel = |name, channel, team| Kept {
        name,
        mode: WorkflowMode::Stop,
        trigger: WorkflowTrigger::CustomerMessage,
        condition: first(json!({ "channelIds": [channel] })),
        actions: json!([{ "assign": { "teamId": team } }]),
    };
    Ok([
        Kept {
            name: "Guides come first",
            mode: WorkflowMode::All,
            trigger: WorkflowTrigger::CustomerMessage,
            condition: first(json!({ "customerAttribute": { "key": "plan", "equals": "guide" } })),
            actions: json!([{ "addTags": [tag("Guide programme")?] }, { "setPriority": { "priority": "HIGH" } }]),
        },
        Kept {
            name: "What broke goes to Returns",
            mode: WorkflowMode::Stop,
            trigger: WorkflowTrigger::CustomerMessage,
            condition: first(json!({ "text": { "containsAny": broken } })),
            actions: json!([{ "assign": { "teamId": team("returns")? } }, { "addTags": [tag("Warranty")?] }]),
        },
        of_channel("Billing mail to Billing", channel("Billing mail")?, team("billing")?),
        of_channel("Chat to Support", channel("Shop chat")?, team("support")?),
        Kept {
            name: "Ada hears of what is urgent",
            mode: WorkflowMode::All,
            trigger: WorkflowTrigger::Prioritized,
            condition: json!({ "priorities": ["URGENT"] }),
            actions: json!([{ "addNote": { "text": "This became urgent.", "mentions": [{ "agentId": ada.to_string() }] } }]),
        },
    ])
}
