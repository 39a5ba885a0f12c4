//! From an entry to what a group of subscriptions is sent of it.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Response, Value};
use entity::event;
use tokio::time::timeout;

use super::group::Group;
use super::payload::Payload;
use crate::domain::cursor::Cursor;
use crate::domain::interest::{Happened, Told};
use crate::domain::permission::Viewer;
use crate::error::{Error, Result};
use crate::events::committed::Committed;
use crate::graphql::reader::{Loads, Session};
use crate::graphql::scalar::EventCursor;
use crate::graphql::subscription::stage::Item;
use crate::http::access::RequestId;
use crate::http::codes;
use crate::http::front::Front;
use crate::http::graphql_http::finish;

/// How long an entry may take to be loaded, for all who wait for it.
const PATIENCE: Duration = Duration::from_secs(15);

/// Who delivers, and to whom.
#[derive(Clone)]
pub(super) struct Delivery {
    pub front: Front,
    pub request_id: RequestId,
    pub group: Arc<Group>,
}

/// As of when something is delivered.
#[derive(Clone, Copy)]
pub(super) struct AsOf {
    /// The log's epoch.
    pub epoch: i32,
    /// Up to which row remembered display names must be right.
    pub setup_seq: i64,
}

impl Delivery {
    /// What is delivered of an entry.
    #[must_use]
    pub(super) fn item(told: Told, row: &Arc<event::Model>) -> Item {
        match told {
            Told::Entry => Item::Entry(Arc::clone(row)),
            Told::Moved(movement) => Item::Moved(movement, Arc::clone(row)),
        }
    }

    /// What the group is sent of an entry that all streams of this node read: of the entry as it is told, else of the viewer's
    /// notification; nothing if they got none.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn live(
        &self,
        told: Option<Told>,
        viewer: &Viewer,
        entry: &Committed,
        as_of: AsOf,
    ) -> Result<Option<Arc<Payload>>> {
        let (told, item) = match told {
            Some(told) => (told, Self::item(told, &entry.row)),
            None => match self.notification(viewer, entry).await? {
                Some(item) => (Told::Entry, item),
                None => return Ok(None),
            },
        };
        Box::pin(self.shared(entry.row.seq, told, item, as_of)).await
    }

    /// The viewer's notification of an entry, if they got one and still may see it.
    async fn notification(&self, viewer: &Viewer, entry: &Committed) -> Result<Option<Item>> {
        let Some(agent) = viewer.agent().filter(|_| may_see(viewer, &entry.happened)) else { return Ok(None) };
        let tail = self.front.served().tail().ok_or_else(|| Error::internal("nothing to follow"))?;
        let notices = entry.notices(tail).await?;
        let own = notices.of.get(&agent).map(|row| Item::Notification(Arc::clone(row), Arc::clone(&notices.agents)));
        Ok(own)
    }

    /// Executed once for all of the group, with loads that all share who see the same.
    async fn shared(&self, seq: i64, told: Told, item: Item, as_of: AsOf) -> Result<Option<Arc<Payload>>> {
        let entry = Cursor { epoch: as_of.epoch, seq };
        let share = self.front.shares().of(entry);
        let make = async || {
            let session = self.session(as_of);
            let turn = share.turn(&self.group.class, || self.front.served().loads(session.clone()));
            let delivery = self.clone();
            // In a task of its own: given up half-way, loads would wait for ever for what they were about to read.
            let made = tokio::spawn(async move {
                let _turn = turn.turn.lock().await;
                delivery.execute(&[(seq, item)], session, Arc::clone(&turn.loads)).await
            });
            let made = made.await.map_err(|fault| {
                share.forget_turn(&self.group.class);
                Error::internal(fault)
            })?;
            let made = made?.pop().flatten();
            self.front.shares().count(entry, &share, made.as_ref().map_or(0, |payload| payload.json.len()));
            Ok(made)
        };
        let cell = share.made(self.group.id, told);
        let made = timeout(PATIENCE, cell.get_or_try_init(make)).await;
        made.map_err(|_| Error::Unavailable("an entry took too long to load".to_owned()))?.cloned()
    }

    /// What this stream is sent of entries that it alone reads: their loads go together.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn together(&self, items: &[(i64, Item)], as_of: AsOf) -> Result<Vec<Option<Arc<Payload>>>> {
        let session = self.session(as_of);
        let loads = self.front.served().loads(session.clone());
        Box::pin(self.execute(items, session, loads)).await
    }

    async fn execute(
        &self,
        items: &[(i64, Item)],
        session: Session,
        loads: Arc<Loads>,
    ) -> Result<Vec<Option<Arc<Payload>>>> {
        let epoch = session.head.epoch;
        let calls: Vec<(Request, Item)> =
            items.iter().map(|(_, item)| (self.group.plan.request(), item.clone())).collect();
        self.front.metrics().streams().executed(calls.len());
        let answers = self.front.served().deliver(calls, session, loads).await;
        let payload = |((seq, _), answer): (&(i64, Item), Option<Response>)| {
            answer.map(|answer| self.payload(Cursor { epoch, seq: *seq }, answer)).transpose()
        };
        items.iter().zip(answers).map(payload).collect()
    }

    fn session(&self, as_of: AsOf) -> Session {
        let viewer = Viewer::clone(&self.group.viewer);
        let head = Cursor { epoch: as_of.epoch, seq: as_of.setup_seq };
        Session { viewer, head, setup_seq: as_of.setup_seq, expires_at: None }
    }

    /// # Errors
    /// [`Error::Unavailable`] where nothing could be read; whatever else failed is told in the result.
    fn payload(&self, at: Cursor, answer: Response) -> Result<Arc<Payload>> {
        // Whatever of it could be read: what the database doesn't give now, it gives a moment later.
        if answer.errors.iter().any(|error| codes::code_of(error) == Some(codes::OVERLOADED)) {
            return Err(Error::Unavailable("an entry couldn't be loaded".to_owned()));
        }
        let operation = self.group.plan.operation().ok_or_else(|| Error::internal("the operation is gone"))?;
        let cursor = EventCursor(at).spell().into_boxed_str();
        let plan = &self.group.plan;
        let json = match finish(&self.front, &self.request_id, &plan.document, operation, &plan.order, answer) {
            Ok(mut answer) => {
                if answer.data == Value::Null {
                    // So that who reads on knows where.
                    answer.extensions.insert("cursor".to_owned(), Value::String(cursor.to_string()));
                }
                serde_json::to_string(&answer)
            }
            Err(fault) => serde_json::to_string(
                &serde_json::json!({ "data": null, "errors": fault.errors, "extensions": { "cursor": cursor } }),
            ),
        };
        let json = json.map_err(Error::internal)?.into_boxed_str();
        Ok(Arc::new(Payload { json, cursor }))
    }
}

/// Whether a viewer may be told of an entry that they were notified of.
fn may_see(viewer: &Viewer, entry: &Happened) -> bool {
    let turn = entry.facets.as_ref();
    viewer.reads(entry.kind) && turn.is_some_and(|turn| viewer.channels.sees(turn.after.channel))
}
