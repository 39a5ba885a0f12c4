//! How callers spell a channel's policy.

use async_graphql::{InputObject, MaybeUndefined};

use super::given;
use crate::domain::channel::PolicyEdit;
use crate::domain::rejection::Rejection;
use crate::graphql::scalar::Duration;

/// What happens on a channel by time alone. Omitted = unchanged, or the default of the channel's kind.
#[derive(InputObject)]
pub struct ChannelPolicyInput {
    /// An open conversation is closed this long after its last message, waking, reopening or restoring; null = never. A change plans the
    /// conversations that are open now anew, counted from the same last restart: what is older already is closed at once.
    auto_close_after: MaybeUndefined<Duration>,
    /// Whether a conversation whose customer still waits is closed by time too; null is REQUIRED. A change plans the open conversations
    /// anew, too.
    auto_close_while_waiting: MaybeUndefined<bool>,
    /// A closed conversation whose last message is older than this is followed by a new one; null = it always reopens. A change counts
    /// at once, also for what is closed already.
    reopen_window: MaybeUndefined<Duration>,
}

impl ChannelPolicyInput {
    /// What is given of it.
    ///
    /// # Errors
    /// `REQUIRED` for null where nothing can be cleared.
    pub fn read(self) -> Result<PolicyEdit, Rejection> {
        let field = "autoCloseWhileWaiting";
        let waiting = given::change(field, self.auto_close_while_waiting).map_err(|refused| refused.at("policy"))?;
        Ok(PolicyEdit {
            auto_close_after: given::clear(self.auto_close_after).map(|after| after.map(|after| after.0)),
            auto_close_while_waiting: waiting,
            reopen_window: given::clear(self.reopen_window).map(|window| window.map(|window| window.0)),
        })
    }
}
