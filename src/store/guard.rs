//! Guards: rows without content. Who locks one is alone with a rule that shows in rows which nobody holds.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, Query};

use super::write::Tx;
use crate::error::Result;

/// What is guarded. A guard is locked before everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Which conversation is whose parent: there is no circle.
    ParentLinks,
    /// The workflows: their places have no gap.
    Workflows,
}

impl Guard {
    fn name(self) -> &'static str {
        match self {
            Self::ParentLinks => "parent_links",
            Self::Workflows => "workflows",
        }
    }
}

/// Makes this transaction, until it ends, the only one that changes what is guarded.
///
/// # Errors
/// The database's.
pub async fn hold(tx: &Tx, guard: Guard) -> Result<()> {
    let name = Alias::new("name");
    let row = Query::select()
        .column(name.clone())
        .from(Alias::new("guard"))
        .and_where(Expr::col(name).eq(guard.name()))
        .lock(LockType::NoKeyUpdate)
        .to_owned();
    tx.conn().query_one(&row).await?;
    Ok(())
}
