//! Linking conversations and unlinking them: two at once, each with an entry of its own.

use entity::enums::LinkKind;
use entity::ids::ConversationId;

use super::Service;
use super::change::{Changed, decide_on};
use super::idempotency::Outcome;
use super::notify::save_and_notify;
use crate::domain::action::link::{self, Known};
use crate::domain::change::{Change, Moment};
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::domain::rejection::{Code, Rejection};
use crate::error::{Error, Result};
use crate::store::channels;
use crate::store::conversations::lock::lock;
use crate::store::guard::{self, Guard};
use crate::store::links::{self, ANCESTORS, Above};
use crate::store::write::Tx;

impl Service {
    /// Links two conversations; the kind says what the second is to the first.
    ///
    /// # Errors
    /// `NOT_FOUND` for either, `SELF_LINK`, `CYCLE`, `LIMIT_EXCEEDED`, `INVALID` for a kind that only routing makes; the database's.
    pub async fn link(&self, viewer: &Viewer, ends: [ConversationId; 2], kind: LinkKind) -> Result<Changed> {
        link::check(ends, Some(kind))?;
        self.store
            .write(|tx| async move {
                let of_family = matches!(kind, LinkKind::Parent | LinkKind::Child);
                if of_family {
                    guard::hold(&tx, Guard::ParentLinks).await?;
                }
                let (mut changes, moment) = self.both(&tx, viewer, ends).await?;
                let known = Known {
                    kinds: links::between(&tx, ends).await?,
                    links: [links::count(&tx, ends[0]).await?, links::count(&tx, ends[1]).await?],
                    cycle: of_family && circle(&tx, ends, kind).await?,
                };
                let [this, other] = &mut changes;
                link::link([this, other], kind, &known, &moment)?;
                finish(&tx, changes).await
            })
            .await
    }

    /// Unlinks two conversations, in one kind, or in all that people link by.
    ///
    /// # Errors
    /// `NOT_FOUND` for either, `SELF_LINK`, `INVALID` for a kind that only routing makes; the database's.
    pub async fn unlink(&self, viewer: &Viewer, ends: [ConversationId; 2], kind: Option<LinkKind>) -> Result<Changed> {
        link::check(ends, kind)?;
        self.store
            .write(|tx| async move {
                let (mut changes, moment) = self.both(&tx, viewer, ends).await?;
                let known = Known { kinds: links::between(&tx, ends).await?, ..Known::default() };
                let [this, other] = &mut changes;
                link::unlink([this, other], kind, &known, &moment);
                finish(&tx, changes).await
            })
            .await
    }

    /// Locks both ends, as far as they exist for the viewer.
    async fn both(&self, tx: &Tx, viewer: &Viewer, ends: [ConversationId; 2]) -> Result<([Change; 2], Moment)> {
        let locked = lock(tx, &viewer.channels, &ends).await?;
        let found = |at: usize| {
            let end = locked.iter().find(|conversation| conversation.id == ends[at]).cloned();
            end.ok_or_else(|| Error::from(unknown(at)))
        };
        let both = [found(0)?, found(1)?];
        // Set-up rows by id, whichever end comes first.
        let mut ids = both.each_ref().map(|conversation| conversation.channel);
        ids.sort_unstable();
        channels::rely_on(tx, &ChannelAccess::All, &ids).await?;
        // One time for both, and before neither's newest entry.
        let clock = self.clock.now();
        let newest = both.iter().map(|conversation| conversation.updated_at).fold(clock, Ord::max);
        let moment = Moment::since(newest, clock, viewer.actor());
        let [this, other] = both;
        let this = decide_on(tx, &moment, Change::of(this), &[]).await;
        let other = decide_on(tx, &moment, Change::of(other), &[]).await;
        Ok(([this.map_err(|error| about(0, error))?, other.map_err(|error| about(1, error))?], moment))
    }
}

/// Whether the one that would be the child is above the one that would be its parent.
async fn circle(tx: &Tx, [this, other]: [ConversationId; 2], kind: LinkKind) -> Result<bool> {
    let (parent, child) = if kind == LinkKind::Parent { (other, this) } else { (this, other) };
    match links::above(tx, parent, child).await? {
        Above::Found => Ok(true),
        Above::Absent => Ok(false),
        Above::TooMany => Err(Rejection::limit("otherId", ANCESTORS, "ancestors of a conversation").into()),
    }
}

async fn finish(tx: &Tx, changes: [Change; 2]) -> Result<Changed> {
    let outcome = Outcome::of(&changes[0], None);
    let id = changes[0].conversation.id;
    let saved = save_and_notify(tx, &[], changes.into()).await?;
    Ok(Changed::of(id, &saved, outcome))
}

fn unknown(end: usize) -> Rejection {
    Rejection::not_found(["conversationId", "otherId"][end])
}

/// Who lost an end in between named it in its own field.
fn about(end: usize, error: Error) -> Error {
    match error {
        Error::Rejected(rejection) if rejection.code == Code::NotFound => unknown(end).into(),
        other => other,
    }
}
