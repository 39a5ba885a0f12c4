//! What became of one action of a run, as it is stored with the run.

use serde::{Deserialize, Serialize};

use crate::domain::action::ActionKind;
use crate::domain::rejection::Rejection;

/// What became of one action of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which.
    pub action: ActionKind,
    /// Whether it changed the conversation.
    pub changed: bool,
    /// Why it was refused; none if it wasn't. It changed nothing then.
    pub error: Option<Rejection>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::rejection::Code;

    #[test]
    fn outcomes_are_stored_in_words_that_stay() {
        let refused = Rejection::new(Code::AgentInactive, "No.").at("assigneeId").at("assign");
        let outcomes = [
            Outcome { action: ActionKind::AddTags, changed: true, error: None },
            Outcome { action: ActionKind::Assign, changed: false, error: Some(refused) },
        ];
        let stored = json!([
            { "action": "ADD_TAGS", "changed": true, "error": null },
            {
                "action": "ASSIGN",
                "changed": false,
                "error": { "code": "AGENT_INACTIVE", "message": "No.", "field": ["assign", "assigneeId"] }
            },
        ]);
        assert_eq!(serde_json::to_value(&outcomes).unwrap(), stored);
        let read: Vec<Outcome> = serde_json::from_value(stored).unwrap();
        assert_eq!(read, outcomes);
    }
}
