//! The orders of lists of conversations: every sort key is never null, with a stand-in where there is no time or priority.

use entity::conversation::{Column, Entity, Model};

use crate::domain::view::{Order, Sort};
use crate::store::page::{self, By, List};

/// The order of the rows.
pub(super) fn of_rows(order: Order) -> page::Order<Entity> {
    let (list, column, by) = match order.by {
        Sort::LastActivity => {
            (List::ConversationsByActivity, Column::LastActivityAt, By::Time(|row: &Model| row.last_activity_at))
        }
        Sort::Created => (List::ConversationsByCreation, Column::CreatedAt, By::Time(|row: &Model| row.created_at)),
        Sort::Updated => (List::ConversationsByUpdate, Column::UpdatedAt, By::Time(|row: &Model| row.updated_at)),
        Sort::WaitingSince => {
            (List::ConversationsByWaiting, Column::WaitingSince, By::Time(|row: &Model| row.waiting_since))
        }
        Sort::Priority => (List::ConversationsByPriority, Column::Priority, By::Small(|row: &Model| row.priority)),
        Sort::SnoozedUntil => {
            (List::ConversationsBySnooze, Column::SnoozedUntil, By::Time(|row: &Model| row.snoozed_until))
        }
        Sort::ClosedAt => (List::ConversationsByClosing, Column::ClosedAt, By::Time(|row: &Model| row.closed_at)),
    };
    page::Order { list, descending: order.descending, column, by, id: Column::Id, id_of: |row| row.id.0 }
}
