//! Tags are made, changed, archived and deleted.

use entity::enums::EventKind;
use entity::ids::TagId;
use entity::tag::Model;
use serde_json::json;

use super::Service;
use super::set_up::{Done, Written, free, log, logged, room};
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::tag::{NewTag, TagEdit};
use crate::domain::{limits, text};
use crate::error::Result;
use crate::store::append::Setup;
use crate::store::tags;
use crate::store::write::Tx;

impl Service {
    /// Makes a tag.
    ///
    /// # Errors
    /// `TAKEN` for the name, `LIMIT_EXCEEDED`, and what [`NewTag::checked`] refuses.
    pub async fn create_tag(&self, actor: Actor, new: &NewTag) -> Result<Done<TagId>> {
        let new = &new.clone().checked()?;
        self.set_up(|tx| async move {
            let moment = self.moment(actor);
            let row = Model {
                id: TagId::new(moment.now),
                name: new.name.clone(),
                name_key: text::key(&new.name),
                color: new.color.clone(),
                description: new.description.clone(),
                archived: false,
                used: false,
                created_at: moment.now,
                deleted_at: None,
            };
            room(tags::count(&tx).await?, limits::TAGS, "tags")?;
            check_free(&tx, &row).await?;
            tags::insert(&tx, &row).await?;
            log(&tx, &[changed(None, &row, moment)], Done { id: row.id, changed: true }).await
        })
        .await
    }

    /// Changes a tag, or archives it.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for a deleted tag; `TAKEN` for the name; what [`TagEdit::checked`] refuses.
    pub async fn update_tag(&self, actor: Actor, id: TagId, edit: &TagEdit) -> Result<Done<TagId>> {
        let edit = &edit.clone().checked()?;
        self.set_up(|tx| async move {
            let before = tags::lock(&tx, id).await?.ok_or_else(|| Rejection::not_found("tagId"))?;
            let after = with(before.clone(), edit);
            if after == before {
                return Ok(Written::unchanged(id));
            }
            check_free(&tx, &after).await?;
            tags::update(&tx, &after).await?;
            log(&tx, &[changed(Some(&before), &after, self.moment(actor))], Done { id, changed: true }).await
        })
        .await
    }

    /// Deletes a tag that nothing ever named; its name is free from then on.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for a deleted tag; `IN_USE`.
    pub async fn delete_tag(&self, actor: Actor, id: TagId) -> Result<Done<TagId>> {
        self.set_up(|tx| async move {
            let before = tags::lock(&tx, id).await?.ok_or_else(|| Rejection::not_found("tagId"))?;
            if before.used {
                let used = "Conversations or their history name this tag; archive it instead.";
                return Err(Rejection::new(Code::InUse, used).at("tagId").into());
            }
            let moment = self.moment(actor);
            let after = Model { deleted_at: Some(moment.now), ..before.clone() };
            tags::update(&tx, &after).await?;
            log(&tx, &[changed(Some(&before), &after, moment)], Done { id, changed: true }).await
        })
        .await
    }
}

fn with(mut row: Model, edit: &TagEdit) -> Model {
    if let Some(name) = &edit.name {
        row.name.clone_from(name);
        row.name_key = text::key(name);
    }
    if let Some(color) = &edit.color {
        row.color.clone_from(color);
    }
    if let Some(description) = &edit.description {
        row.description.clone_from(description);
    }
    row.archived = edit.archived.unwrap_or(row.archived);
    row
}

async fn check_free(tx: &Tx, row: &Model) -> Result<()> {
    free(tags::of_name(tx, &row.name_key).await?.map(|other| other.id), Some(row.id), "name")?;
    Ok(())
}

fn changed(before: Option<&Model>, after: &Model, moment: Moment) -> Setup {
    let facets = |row: &Model| json!({ "archived": row.archived, "deleted": row.deleted_at.is_some() });
    logged(EventKind::TagChanged, after.id.0, before.map(facets), facets(after), moment)
}
