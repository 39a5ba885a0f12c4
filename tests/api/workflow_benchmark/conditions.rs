//! A hundred workflows as a team would have them: conditions of every kind, which the messages don't meet, or one for its word.

use serde_json::{Value, json};

use crate::support::World;

/// What stands in a message for a workflow.
pub fn word(at: usize) -> String {
    format!("wf-{at:03}-x")
}

/// What workflows name.
pub struct Words {
    /// Asked for, and never added.
    tags: Vec<String>,
    /// What workflows add: a later message of the same conversation must not match for it.
    done: String,
}

impl Words {
    pub async fn begin(world: &World) -> Self {
        let mut tags = Vec::new();
        for at in 0..10 {
            tags.push(world.tag(&format!("tag {at}")).await);
        }
        Self { tags, done: world.tag("done").await }
    }

    /// One of them.
    pub fn workflow(&self, world: &World, at: usize) -> Value {
        let organisation = world.organisation();
        let condition = json!({ "any": [{ "text": { "containsAny": [word(at)] } }, self.unmet(world, at)] });
        let actions = match at % 3 {
            0 => json!([{ "assign": { "teamId": organisation.support } }, { "addTags": [self.done] }]),
            1 => json!([{ "setPriority": { "priority": "HIGH" } }, { "addNote": { "text": "Look here." } }]),
            _ => json!([{ "assign": { "assigneeId": organisation.bea.id } }, { "reply": { "text": "We are on it." } }]),
        };
        json!({ "name": format!("Workflow {at}"), "trigger": "CUSTOMER_MESSAGE", "condition": condition, "actions": actions })
    }

    /// What no message meets, of each kind.
    fn unmet(&self, world: &World, at: usize) -> Value {
        let organisation = world.organisation();
        let all = |parts: Vec<Value>| json!({ "all": parts });
        match at % 10 {
            0 => {
                json!({ "text": { "containsAny": ["refund", "money back", "chargeback", "rückerstattung", format!("claim {at}")] } })
            }
            1 => json!({ "text": { "containsAll": ["camping", "stove", format!("warranty {at}")] } }),
            2 => json!({ "text": { "matches": format!("(?i)\\b(order|invoice)\\s+#?{at}[0-9]{{4,8}}\\b") } }),
            3 => json!({ "subject": { "containsAny": ["unsubscribe", "out of office", format!("campaign {at}")] } }),
            4 => {
                json!({ "customerAttribute": { "key": "plan", "oneOf": ["enterprise", "gold", format!("plan {at}")] } })
            }
            5 => json!({ "customerEmailDomains": [format!("partner-{at}.example"), "press.example"] }),
            6 => json!({ "tags": { "hasAny": [self.tags[at % 10]], "hasNone": [self.tags[(at + 1) % 10]] } }),
            7 => all(vec![json!({ "priorities": ["URGENT"] }), json!({ "states": ["SNOOZED", "CLOSED"] })]),
            8 => all(vec![
                json!({ "channelKinds": ["EMAIL"] }),
                json!({ "unassigned": false }),
                json!({ "any": [{ "assigneeIds": [organisation.dora.id] }, { "teamIds": [organisation.billing] }] }),
            ]),
            _ => all(vec![
                json!({ "channelIds": [organisation.mail, organisation.vip] }),
                json!({ "firstMessage": true }),
                json!({ "age": "P30D" }),
                json!({ "not": { "text": { "matches": "thank(s| you)" } } }),
            ]),
        }
    }
}
