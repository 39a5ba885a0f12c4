//! A channel's policy changed: when the clock closes its conversations is planned anew, many in one transaction.
//!
//! Only timers move. Nothing happens to the conversations, so there are no entries and the log's head is left alone.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::enums::TimerKind;
use entity::ids::{ChannelId, ConversationId};

use crate::domain::timer::Timers;
use crate::error::Result;
use crate::store::conversations::lock::lock_standing;
use crate::store::write::Tx;
use crate::store::{context, timers};

/// Plans these conversations of the channel by its policy as it now is; timers that stay where they are aren't touched. Answers the
/// earliest that was set.
///
/// # Errors
/// The database's.
pub(super) async fn plan(tx: &Tx, channel: ChannelId, ids: &[ConversationId]) -> Result<Option<DateTime<Utc>>> {
    let conversations = lock_standing(tx, ids).await?;
    let (channel, _) = context::channel(tx, channel).await?;
    let rows = timers::of(tx, ids).await?.into_iter().filter(|row| row.kind == TimerKind::AutoClose);
    let planned: HashMap<ConversationId, DateTime<Utc>> = rows.map(|row| (row.conversation_id, row.due_at)).collect();
    let (mut set, mut gone) = (Vec::new(), Vec::new());
    for (id, standing) in conversations {
        let due = Timers::when(&standing, &channel.policy).auto_close;
        match due {
            _ if due == planned.get(&id).copied() => {}
            Some(due) => set.push((id, TimerKind::AutoClose, due)),
            None => gone.push((id, TimerKind::AutoClose)),
        }
    }
    timers::put(tx, &set).await?;
    timers::take(tx, &gone).await?;
    Ok(set.into_iter().map(|(_, _, due)| due).min())
}
