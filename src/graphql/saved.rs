//! Reading back what was saved as the API spells it: the conditions and actions of workflows.
//!
//! The one spelling has the one reader: the input types of the mutations. What they no longer take is refused as they refuse it.

use async_graphql::{InputType, Value};

use super::mutation::conversation_action::{self, Actions};
use super::mutation::workflow_condition::{self, WorkflowConditionInput};
use crate::domain::action::Action;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::workflow::Condition;

/// Reads a stored list of actions.
///
/// # Errors
/// What the input refuses; `INVALID` for what isn't one.
pub fn actions(stored: &serde_json::Value) -> Result<Vec<Action>, Rejection> {
    conversation_action::read(&parse::<Actions>(stored).map_err(|why| why.at("actions"))?)
}

/// Reads a stored condition.
///
/// # Errors
/// What the input refuses; `INVALID` for what isn't one.
pub fn condition(stored: &serde_json::Value) -> Result<Condition, Rejection> {
    let read = parse::<WorkflowConditionInput>(stored).and_then(|input| workflow_condition::read(&input));
    read.map_err(|why| why.at("condition"))
}

fn parse<T: InputType>(stored: &serde_json::Value) -> Result<T, Rejection> {
    let value = Value::from_json(stored.clone()).ok();
    let read = value.and_then(|value| T::parse(Some(value)).ok());
    read.ok_or_else(|| Rejection::new(Code::Invalid, "This isn't spelled as it once was."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::ActionKind;
    use crate::graphql::spelled::Spelled;
    use serde_json::json;

    const TAG: &str = "tag_01h455vb4pex5vsknk084sn02q";

    #[test]
    fn stored_actions_are_read_as_they_were_spelled() {
        let stored = json!([
            { "assign": { "onlyIfUnassigned": true, "teamId": null } },
            { "addTags": [TAG] },
            { "setPriority": { "priority": "HIGH" } },
            { "snooze": { "until": { "preset": "TOMORROW_MORNING" } } },
            { "reply": { "text": "Hi", "then": { "snooze": { "until": { "after": "PT1H" }, "wakeOnReply": false } } } },
            { "addNote": { "text": "Look", "mentions": [{ "teamId": "team_01h455vb4pex5vsknk084sn02q" }] } },
            { "close": true },
            { "markAsSpam": {} },
            { "createTicket": { "title": "A", "externalRefs": [{ "system": "s", "key": "k", "url": "https://a.example" }] } },
        ]);
        let read = actions(&stored).unwrap();
        let kinds: Vec<ActionKind> = read.iter().filter_map(Action::kind).collect();
        assert_eq!(
            kinds,
            [
                ActionKind::Assign,
                ActionKind::AddTags,
                ActionKind::SetPriority,
                ActionKind::Snooze,
                ActionKind::Reply,
                ActionKind::AddNote,
                ActionKind::Close,
                ActionKind::MarkAsSpam,
                ActionKind::CreateTicket
            ]
        );
        let spelled = Spelled::<conversation_action::ConversationActionInput>::parse(
            Value::from_json(json!({ "setPriority": { "priority": "HIGH" } })).ok(),
        );
        let spelled = spelled.unwrap_or_else(|_| panic!("an action isn't read")).to_json().unwrap();
        assert_eq!(actions(&json!([spelled])).unwrap(), read[2..3]);
    }

    #[test]
    fn stored_conditions_are_read_as_they_were_spelled() {
        let stored = json!({ "all": [
            { "not": { "channelKinds": ["CHAT"] } },
            { "any": [{ "priorities": ["HIGH", "URGENT"] }, { "states": ["OPEN"] }] },
            { "tags": { "hasAny": [TAG] } },
            { "customerAttribute": { "key": "seats", "greaterThan": 5 } },
            { "text": { "containsAny": ["refund"], "matches": "a+" } },
            { "age": "PT1H" },
            { "unassigned": true },
        ] });
        let Condition::All(read) = condition(&stored).unwrap() else { panic!("another condition") };
        let fields: Vec<&str> = read.iter().map(Condition::field).collect();
        assert_eq!(fields, ["not", "any", "tags", "customerAttribute", "text", "age", "unassigned"]);
    }

    #[test]
    fn what_isnt_spelled_so_is_refused() {
        for stored in [json!(null), json!({}), json!([{ "dance": true }]), json!([{ "close": true, "wake": true }])] {
            let refused = actions(&stored).unwrap_err();
            assert_eq!((refused.code, &*refused.field), (Code::Invalid, &["actions".to_owned()][..]), "{stored}");
        }
        for stored in [json!(null), json!([]), json!({ "moon": "full" }), json!({ "all": true })] {
            let refused = condition(&stored).unwrap_err();
            assert_eq!((refused.code, &*refused.field), (Code::Invalid, &["condition".to_owned()][..]), "{stored}");
        }
        assert_eq!(actions(&json!([])).unwrap_err().code, Code::Required);
        assert_eq!(condition(&json!({ "all": [] })).unwrap_err().field, ["condition", "all"]);
    }
}
