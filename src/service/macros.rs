//! Macros are made, changed and deleted. Running one is running its actions.

use entity::enums::EventKind;
use entity::ids::MacroId;
use entity::saved_macro::Model;
use serde_json::{Value, json};

use super::Service;
use super::set_up::{Done, Written, free, log, logged, room};
use crate::domain::action::listed::Refused;
use crate::domain::action::{Action, saved};
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::{input, limits, text};
use crate::error::Result;
use crate::store::append::Setup;
use crate::store::write::Tx;
use crate::store::{known, macros};

/// A list of actions to save.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedActions {
    /// What they do.
    pub actions: Vec<Action>,
    /// How they were spelled: a list of objects.
    pub spelled: Value,
}

impl Service {
    /// Makes a macro.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG` and `TAKEN` for the name, `LIMIT_EXCEEDED`, and what [`saved::check`] refuses.
    pub async fn create_macro(&self, actor: Actor, name: &str, list: &SavedActions) -> Result<Done<MacroId>> {
        let name = &input::required("name", name, limits::NAME)?;
        check_size(list)?;
        self.set_up(|tx| async move {
            let moment = self.moment(actor);
            let row = Model {
                id: MacroId::new(moment.now),
                name: name.clone(),
                name_key: text::key(name),
                actions: list.spelled.clone(),
                created_at: moment.now,
                updated_at: moment.now,
            };
            room(macros::count(&tx).await?, limits::MACROS, "macros")?;
            check_free(&tx, &row).await?;
            check_named(&tx, &list.actions).await?;
            macros::insert(&tx, &row).await?;
            log(&tx, &[changed(None, false, row.id, moment)], Done { id: row.id, changed: true }).await
        })
        .await
    }

    /// Changes a macro.
    ///
    /// # Errors
    /// `NOT_FOUND`; `REQUIRED`, `INVALID`, `TOO_LONG` and `TAKEN` for the name; what [`saved::check`] refuses.
    pub async fn update_macro(
        &self,
        actor: Actor,
        id: MacroId,
        name: Option<&str>,
        list: Option<&SavedActions>,
    ) -> Result<Done<MacroId>> {
        let name = &name.map(|name| input::required("name", name, limits::NAME)).transpose()?;
        list.map_or(Ok(()), check_size)?;
        self.set_up(|tx| async move {
            let before = macros::lock(&tx, id).await?.ok_or_else(unknown)?;
            let mut after = before.clone();
            if let Some(name) = name {
                (after.name, after.name_key) = (name.clone(), text::key(name));
            }
            if let Some(list) = list {
                check_named(&tx, &list.actions).await?;
                after.actions.clone_from(&list.spelled);
            }
            if after == before {
                return Ok(Written::unchanged(id));
            }
            let moment = self.moment(actor);
            after.updated_at = moment.now.max(before.updated_at);
            check_free(&tx, &after).await?;
            macros::update(&tx, &after).await?;
            log(&tx, &[changed(Some(false), false, id, moment)], Done { id, changed: true }).await
        })
        .await
    }

    /// Deletes a macro for good; its name is free from then on.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn delete_macro(&self, actor: Actor, id: MacroId) -> Result<Done<MacroId>> {
        self.set_up(|tx| async move {
            macros::lock(&tx, id).await?.ok_or_else(unknown)?;
            macros::delete(&tx, id).await?;
            log(&tx, &[changed(Some(false), true, id, self.moment(actor))], Done { id, changed: true }).await
        })
        .await
    }
}

/// Saved actions are listed whole, so they are small.
///
/// # Errors
/// `LIMIT_EXCEEDED`.
pub(in crate::service) fn check_size(list: &SavedActions) -> std::result::Result<(), Rejection> {
    if list.spelled.to_string().len() <= limits::MACRO_BYTES {
        return Ok(());
    }
    let text = format!("The actions may have at most {} bytes as JSON.", limits::MACRO_BYTES);
    Err(Rejection::new(Code::LimitExceeded, text).at("actions"))
}

fn unknown() -> Rejection {
    Rejection::not_found("macroId")
}

async fn check_free(tx: &Tx, row: &Model) -> Result<()> {
    free(macros::of_name(tx, &row.name_key).await?.map(|other| other.id), Some(row.id), "name")?;
    Ok(())
}

/// Refuses actions that name what isn't there, at their places in the list.
///
/// # Errors
/// What [`saved::check`] refuses; the database's.
pub(in crate::service) async fn check_named(tx: &Tx, actions: &[Action]) -> Result<()> {
    let known = known::look_up(tx, &saved::named(actions)).await?;
    saved::check(actions, &known).map_err(Refused::in_the_list)?;
    Ok(())
}

fn changed(before: Option<bool>, deleted: bool, id: MacroId, moment: Moment) -> Setup {
    let facets = |deleted: bool| json!({ "deleted": deleted });
    logged(EventKind::MacroChanged, id.0, before.map(facets), facets(deleted), moment)
}
