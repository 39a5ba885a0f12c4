//! What made somebody do something.

use async_graphql::SimpleObject;

use super::ticket::Ticket;

/// What made the actor do it, when it was not a person's own act.
#[derive(Clone, SimpleObject)]
pub struct Cause {
    /// The ticket whose change led to it; null when it was something else.
    pub ticket: Option<Ticket>,
    /// How many causes deep: 1 follows from a person's own act, 2 from what followed from that.
    pub depth: i32,
}
