//! What made somebody do something.

use async_graphql::SimpleObject;

use super::ticket::Ticket;
use super::workflow_run::WorkflowRun;

/// What made the actor do it, when it was not a person's own act.
#[derive(Clone, SimpleObject)]
pub struct Cause {
    /// The run of a workflow that led to it; null when it was something else, and when the viewer may not see the entry that triggered it.
    pub workflow_run: Option<WorkflowRun>,
    /// The ticket whose change led to it; null when it was something else.
    pub ticket: Option<Ticket>,
    /// How many causes deep: 1 follows from a person's own act, 2 from what followed from that.
    pub depth: i32,
}
