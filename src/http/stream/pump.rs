//! What keeps a subscription going: reads the log, judges, executes, and fills the queue; ends when it can't go on.
//!
//! Access is asked for before each delivery. What was filled in but not sent is taken back when the viewer's access changes.

use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;

use tokio::time::sleep;

use super::deliver::{AsOf, Delivery};
use super::ending;
use super::group::Plan;
use super::payload::{Ending, Payload};
use super::queue::Queue;
use crate::domain::cursor::Cursor;
use crate::domain::interest::{Interest, Lost};
use crate::domain::permission::Viewer;
use crate::error::Error;
use crate::events::committed::Committed;
use crate::events::feed::{Chunk, Feed};
use crate::events::passes::Pass;
use crate::graphql::subscription::stage::Item;
use crate::http::access::RequestId;
use crate::http::front::Front;

/// How long the database may fail to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long it is waited before each further try.
const PAUSE: Duration = Duration::from_millis(500);
/// Replayed entries that are executed at once.
const TOGETHER: usize = 50;

/// A subscription's own task, before it starts.
pub(super) struct Pump {
    pub front: Front,
    pub request_id: RequestId,
    pub interest: Interest,
    pub pass: Pass,
    pub viewer: Viewer,
    /// The head of the log when the viewer's access was read.
    pub opened_at: Cursor,
    pub feed: Feed,
    pub plan: Arc<Plan>,
    pub queue: Queue,
}

/// The same under way.
struct Running {
    delivery: Delivery,
    interest: Interest,
    /// The interest as far as the viewer may ask.
    narrowed: Interest,
    pass: Pass,
    viewer: Arc<Viewer>,
    feed: Feed,
    queue: Queue,
    opened_at: Cursor,
    failing: Option<Instant>,
}

/// Why a chunk isn't gone through.
enum Stop {
    /// The viewer's access has changed: what follows is to be judged anew.
    Changed,
    /// It can't go on.
    Ended(Box<Ending>),
}

/// What a stream doesn't wait for anything without looking at.
enum Interrupted {
    /// The server leaves.
    Leaving,
    /// The viewer's access has changed.
    Changed,
}

impl Pump {
    /// Keeps the subscription going until it ends. A fault of ours ends it too, instead of leaving it silent.
    pub(super) async fn run(self) {
        let (queue, at) = (self.queue.clone(), self.feed.position());
        let going = AssertUnwindSafe(self.joined().run()).catch_unwind();
        let ending = Box::pin(going).await.unwrap_or_else(|_| ending::internal(at));
        queue.end(ending);
    }

    /// Leaves nothing of the call behind that its group has.
    fn joined(self) -> Running {
        let viewer = Arc::new(self.viewer);
        let group = self.front.groups().join(&self.plan, &viewer);
        Running {
            narrowed: self.interest.within(&viewer),
            delivery: Delivery { front: self.front, request_id: self.request_id, group },
            interest: self.interest,
            pass: self.pass,
            viewer,
            feed: self.feed,
            queue: self.queue,
            opened_at: self.opened_at,
            failing: None,
        }
    }
}

impl Running {
    async fn run(mut self) -> Ending {
        loop {
            match self.follow().await {
                Ok(()) | Err(Stop::Changed) => {}
                Err(Stop::Ended(ending)) => return *ending,
            }
        }
    }

    /// Takes one chunk of the log and goes through it.
    async fn follow(&mut self) -> Result<(), Stop> {
        self.renew()?;
        let next = self.feed.next(&self.narrowed, &self.viewer);
        match unless_interrupted(&self.delivery.front, &mut self.pass, next).await {
            Ok(Ok(chunk)) => {
                self.failing = None;
                self.go_through(chunk).await
            }
            Ok(Err(Error::EpochChanged)) => Err(self.ended(ending::epoch_changed)),
            Ok(Err(error)) => self.failed(&error).await,
            Err(why) => Err(self.stopped(why)),
        }
    }

    /// Looks at how the viewer's access now stands.
    fn renew(&mut self) -> Result<(), Stop> {
        let Some(now) = self.pass.viewer() else {
            self.take_back();
            return Err(self.ended(ending::unauthenticated));
        };
        if Arc::ptr_eq(&now, &self.viewer) || *now == *self.viewer {
            self.viewer = now;
            return Ok(());
        }
        if let Err(lost) = self.interest.goes_on(&self.viewer, &now) {
            self.take_back();
            return Err(self.ended(|at| ending::lost(lost, at)));
        }
        if now.class() != self.viewer.class() {
            self.take_back();
            let group = &mut self.delivery.group;
            *group = self.delivery.front.groups().join(&group.plan, &now);
            self.narrowed = self.interest.within(&now);
        }
        self.viewer = now;
        Ok(())
    }

    /// Takes back what wasn't sent, to go through it again.
    fn take_back(&mut self) {
        if let Some(first) = self.queue.take_back() {
            self.feed.back_to(first - 1);
        }
    }

    async fn go_through(&mut self, chunk: Chunk) -> Result<(), Stop> {
        match chunk {
            Chunk::Live(rows) => {
                for entry in rows {
                    self.still_the_same()?;
                    self.sees_the_same(&entry)?;
                    self.live(&entry).await?;
                    self.feed.gone_through(entry.row.seq);
                }
                Ok(())
            }
            Chunk::Replayed(rows, end) => {
                let mut items = Vec::new();
                for entry in &rows {
                    if self.sees_the_same(entry).is_err() {
                        // What is before it is still right.
                        self.replay(items, entry.row.seq - 1).await?;
                        return self.sees_the_same(entry);
                    }
                    let told = self.narrowed.tells(&self.viewer, &entry.happened);
                    items.extend(told.map(|told| (entry.row.seq, Delivery::item(told, &entry.row))));
                }
                self.replay(items, end).await
            }
            Chunk::Notified(rows, end) => {
                let own: Arc<[_]> = self.viewer.agent().into_iter().collect();
                let item = |row: Arc<entity::notification::Model>| (row.seq, Item::Notification(row, Arc::clone(&own)));
                self.replay(rows.into_iter().map(item).collect(), end).await
            }
        }
    }

    /// Delivers an entry that all streams of this node read, if it is told.
    async fn live(&mut self, entry: &Committed) -> Result<(), Stop> {
        let told = self.narrowed.tells(&self.viewer, &entry.happened);
        if told.is_none() && self.narrowed != Interest::Notifications {
            return Ok(());
        }
        loop {
            let made = self.delivery.live(told, &self.viewer, entry, self.as_of());
            match unless_interrupted(&self.delivery.front, &mut self.pass, made).await {
                Ok(Ok(made)) => {
                    self.failing = None;
                    return match made {
                        Some(payload) => self.put(entry.row.seq, &payload).await,
                        None => Ok(()),
                    };
                }
                Ok(Err(error)) => self.failed(&error).await?,
                Err(why) => return Err(self.stopped(why)),
            }
        }
    }

    /// Delivers what this stream alone reads, some at once.
    async fn replay(&mut self, items: Vec<(i64, Item)>, end: i64) -> Result<(), Stop> {
        for some in items.chunks(TOGETHER) {
            self.still_the_same()?;
            let made = loop {
                let made = self.delivery.together(some, self.as_of());
                match unless_interrupted(&self.delivery.front, &mut self.pass, made).await {
                    Ok(Ok(made)) => break made,
                    Ok(Err(error)) => self.failed(&error).await?,
                    Err(why) => return Err(self.stopped(why)),
                }
            };
            self.failing = None;
            for ((seq, _), payload) in some.iter().zip(made) {
                self.still_the_same()?;
                if let Some(payload) = payload {
                    self.put(*seq, &payload).await?;
                }
                self.feed.gone_through(*seq);
            }
        }
        self.feed.gone_through(end);
        Ok(())
    }

    /// Fills the queue. While catching up it waits for room; who has caught up must make room soon.
    async fn put(&mut self, seq: i64, payload: &Arc<Payload>) -> Result<(), Stop> {
        if self.queue.put(seq, payload) {
            return Ok(());
        }
        let patience = self.delivery.front.limits().slow_after;
        let live = self.feed.is_live();
        let slow = async || if live { sleep(patience).await } else { pending().await };
        let mut slow = Box::pin(slow());
        while !self.queue.put(seq, payload) {
            let emptied = async {
                tokio::select! {
                    () = self.queue.emptied() => true,
                    () = &mut slow => false,
                }
            };
            match unless_interrupted(&self.delivery.front, &mut self.pass, emptied).await {
                Ok(true) => {}
                Ok(false) => return Err(self.ended(ending::slow_consumer)),
                Err(why) => return Err(self.stopped(why)),
            }
        }
        Ok(())
    }

    fn still_the_same(&self) -> Result<(), Stop> {
        if self.delivery.front.streams_end().is_cancelled() {
            return Err(self.ended(ending::shutting_down));
        }
        if self.pass.has_changed() { Err(Stop::Changed) } else { Ok(()) }
    }

    /// Whether a view that was read before this entry is still what its viewer may see: their access, read since, may have been another.
    fn sees_the_same(&self, entry: &Committed) -> Result<(), Stop> {
        let before = entry.row.seq <= self.opened_at.seq && matches!(self.interest, Interest::View { .. });
        if before && entry.changed_access_of(&self.viewer) {
            return Err(self.ended(|at| ending::lost(Lost::View, at)));
        }
        Ok(())
    }

    /// The database didn't answer: waits a little, or gives up.
    async fn failed(&mut self, error: &Error) -> Result<(), Stop> {
        let since = *self.failing.get_or_insert_with(Instant::now);
        tracing::warn!(?error, "a stream couldn't be read on");
        if since.elapsed() >= PATIENCE {
            return Err(self.ended(ending::overloaded));
        }
        match unless_interrupted(&self.delivery.front, &mut self.pass, sleep(PAUSE)).await {
            Ok(()) => Ok(()),
            Err(why) => Err(self.stopped(why)),
        }
    }

    fn stopped(&self, why: Interrupted) -> Stop {
        match why {
            Interrupted::Leaving => self.ended(ending::shutting_down),
            Interrupted::Changed => Stop::Changed,
        }
    }

    fn as_of(&self) -> AsOf {
        AsOf { epoch: self.feed.position().epoch, setup_seq: self.feed.setup_seq() }
    }

    fn ended(&self, ending: impl FnOnce(Cursor) -> Ending) -> Stop {
        Stop::Ended(Box::new(ending(self.feed.position())))
    }
}

/// Waits for something, unless the server leaves or the viewer's access changes meanwhile.
async fn unless_interrupted<T>(
    front: &Front,
    pass: &mut Pass,
    work: impl Future<Output = T>,
) -> Result<T, Interrupted> {
    tokio::select! {
        biased;
        () = front.streams_end().cancelled() => Err(Interrupted::Leaving),
        () = pass.changed() => Err(Interrupted::Changed),
        done = work => Ok(done),
    }
}
