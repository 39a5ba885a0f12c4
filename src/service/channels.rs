//! Channels are made, renamed, and given other policies.

use entity::channel::Model;
use entity::enums::EventKind;
use entity::ids::{AgentId, ChannelId, TeamId};
use serde_json::json;

use super::Service;
use super::set_up::{Done, Written, free, log, logged, room};
use super::teams::active;
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::channel::{ChannelEdit, NewChannel, Policy};
use crate::domain::duration::IsoDuration;
use crate::domain::permission::ChannelAccess;
use crate::domain::rejection::Rejection;
use crate::domain::{limits, text};
use crate::error::Result;
use crate::store::append::Setup;
use crate::store::write::Tx;
use crate::store::{channels, teams};

impl Service {
    /// Makes a channel, restricted or open.
    ///
    /// # Errors
    /// `TAKEN` for the name, `NOT_FOUND` or `AGENT_INACTIVE` for who should belong to it, `LIMIT_EXCEEDED`, and what
    /// [`NewChannel::checked`] refuses.
    pub async fn create_channel(&self, actor: Actor, new: &NewChannel) -> Result<Done<ChannelId>> {
        let new = &new.clone().checked()?;
        self.set_up(|tx| async move {
            let moment = self.moment(actor);
            let row = fresh(new, &moment);
            let teams: Vec<_> = teams::rely_on(&tx, &new.teams).await?.into_iter().map(|team| team.id).collect();
            if teams.len() != new.teams.len() {
                return Err(Rejection::not_found("teamIds").into());
            }
            let agents = active(&tx, &new.agents, "agentIds").await?;
            room(channels::count(&tx).await?, limits::CHANNELS, "channels")?;
            check_free(&tx, &row).await?;
            channels::insert(&tx, &row, &agents, &teams).await?;
            let setup = changed(None, &row, &agents, &teams, moment);
            log(&tx, &[setup], Done { id: row.id, changed: true }).await
        })
        .await
    }

    /// Changes a channel that exists for the viewer.
    ///
    /// # Errors
    /// `NOT_FOUND`; `TAKEN` for the name; what [`ChannelEdit::checked`] refuses.
    pub async fn update_channel(
        &self,
        actor: Actor,
        access: &ChannelAccess,
        id: ChannelId,
        edit: &ChannelEdit,
    ) -> Result<Done<ChannelId>> {
        self.set_up(|tx| async move {
            let before = channels::lock(&tx, access, id).await?.ok_or_else(|| Rejection::not_found("channelId"))?;
            let after = with(before.clone(), &edit.clone().checked(before.kind)?);
            if after == before {
                return Ok(Written::unchanged(id));
            }
            check_free(&tx, &after).await?;
            channels::update(&tx, &after).await?;
            let (agents, teams) = channels::belonging(&tx, id).await?;
            let setup = changed(Some(&before), &after, &agents, &teams, self.moment(actor));
            log(&tx, &[setup], Done { id, changed: true }).await
        })
        .await
    }
}

fn fresh(new: &NewChannel, moment: &Moment) -> Model {
    let row = Model {
        id: ChannelId::new(moment.now),
        name: new.name.clone(),
        name_key: text::key(&new.name),
        kind: new.kind,
        address: new.address.clone(),
        visibility: new.visibility,
        auto_close_after: None,
        auto_close_while_waiting: true,
        reopen_window: None,
        created_at: moment.now,
    };
    with_policy(row, Policy::of(new.kind).with(&new.policy))
}

fn with(mut row: Model, edit: &ChannelEdit) -> Model {
    if let Some(name) = &edit.name {
        row.name.clone_from(name);
        row.name_key = text::key(name);
    }
    if let Some(address) = &edit.address {
        row.address.clone_from(address);
    }
    let policy = policy(&row).with(&edit.policy);
    with_policy(row, policy)
}

fn policy(row: &Model) -> Policy {
    let parse = |text: &Option<String>| IsoDuration::parse(text.as_deref()?).ok();
    Policy {
        auto_close_after: parse(&row.auto_close_after),
        auto_close_while_waiting: row.auto_close_while_waiting,
        reopen_window: parse(&row.reopen_window),
    }
}

fn with_policy(mut row: Model, policy: Policy) -> Model {
    let spell = |duration: Option<IsoDuration>| duration.map(|duration| duration.as_str().to_owned());
    row.auto_close_after = spell(policy.auto_close_after);
    row.auto_close_while_waiting = policy.auto_close_while_waiting;
    row.reopen_window = spell(policy.reopen_window);
    row
}

async fn check_free(tx: &Tx, row: &Model) -> Result<()> {
    Ok(free(channels::of_name(tx, &row.name_key).await?.map(|other| other.id), Some(row.id), "name")?)
}

fn changed(before: Option<&Model>, after: &Model, agents: &[AgentId], teams: &[TeamId], moment: Moment) -> Setup {
    let facets = |row: &Model| json!({ "visibility": row.visibility, "agents": agents, "teams": teams });
    logged(EventKind::ChannelChanged, after.id.0, before.map(facets), facets(after), moment)
}
