//! What keeps a subscription going: reads the log, judges, executes, and fills the queue; ends when it can't go on.
//!
//! Access is asked for before each delivery. What was filled in but not sent is taken back when the viewer's access changes.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::deliver::{AsOf, Delivery};
use super::ending;
use super::group::Plan;
use super::payload::{Ending, Payload};
use super::queue::Queue;
use crate::domain::cursor::Cursor;
use crate::domain::interest::Interest;
use crate::domain::permission::Viewer;
use crate::error::Error;
use crate::events::committed::Committed;
use crate::events::feed::{Chunk, Feed};
use crate::events::passes::Pass;
use crate::graphql::reader::Session;
use crate::graphql::subscription::stage::Item;
use crate::http::access::RequestId;
use crate::http::front::Front;

/// How often in a row the database may fail to answer.
const TRIES: u32 = 5;
/// How long it is waited before the second try; longer before each further one.
const PAUSE: Duration = Duration::from_millis(200);
/// Replayed entries that are executed at once.
const TOGETHER: usize = 50;

/// A subscription's own task, before it starts.
pub(super) struct Pump {
    pub front: Front,
    pub request_id: RequestId,
    pub interest: Interest,
    pub pass: Pass,
    pub session: Session,
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
    failures: u32,
}

/// Why a chunk isn't gone through.
enum Stop {
    /// The viewer's access has changed: what follows is to be judged anew.
    Changed,
    /// It can't go on.
    Ended(Ending),
}

impl Pump {
    pub(super) async fn run(self) {
        let Self { front, request_id, interest, pass, session, feed, plan, queue } = self;
        let viewer = Arc::new(session.viewer);
        let group = front.groups().join(&plan, &viewer);
        let narrowed = interest.within(&viewer);
        let delivery = Delivery { front, request_id, group };
        let running = Running { delivery, interest, narrowed, pass, viewer, feed, queue, failures: 0 };
        Box::pin(running.run()).await;
    }
}

impl Running {
    async fn run(mut self) {
        let ending = loop {
            match self.follow().await {
                Ok(()) | Err(Stop::Changed) => {}
                Err(Stop::Ended(ending)) => break ending,
            }
        };
        self.queue.end(ending);
    }

    /// Takes one chunk of the log and goes through it.
    async fn follow(&mut self) -> Result<(), Stop> {
        self.renew()?;
        let (front, feed, pass) = (&self.delivery.front, &mut self.feed, &mut self.pass);
        let chunk = tokio::select! {
            biased;
            () = front.streams_end().cancelled() => return Err(self.ended(ending::shutting_down)),
            () = pass.changed() => return Ok(()),
            chunk = feed.next(&self.narrowed, &self.viewer) => chunk,
        };
        match chunk {
            Ok(chunk) => {
                self.failures = 0;
                self.go_through(chunk).await
            }
            Err(Error::EpochChanged) => Err(self.ended(ending::epoch_changed)),
            Err(error) => self.failed(&error).await,
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
                    self.live(&entry).await?;
                    self.feed.gone_through(entry.row.seq);
                }
                Ok(())
            }
            Chunk::Replayed(rows, end) => {
                let told = rows.iter().filter_map(|entry| {
                    let told = self.narrowed.tells(&self.viewer, &entry.happened)?;
                    Some((entry.row.seq, Delivery::item(told, &entry.row)))
                });
                let items = told.collect();
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
        loop {
            match self.delivery.live(&self.narrowed, &self.viewer, entry, self.as_of()).await {
                Ok(None) => return Ok(()),
                Ok(Some(payload)) => return self.put(entry.row.seq, &payload).await,
                Err(error) => self.failed(&error).await?,
            }
        }
    }

    /// Delivers what this stream alone reads, some at once.
    async fn replay(&mut self, items: Vec<(i64, Item)>, end: i64) -> Result<(), Stop> {
        for some in items.chunks(TOGETHER) {
            self.still_the_same()?;
            let made = loop {
                match self.delivery.together(some, self.as_of()).await {
                    Ok(made) => break made,
                    Err(error) => self.failed(&error).await?,
                }
            };
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
        let patience = self.delivery.front.limits().slow_after;
        let live = self.feed.is_live();
        let slow = async || if live { sleep(patience).await } else { pending().await };
        let mut slow = Box::pin(slow());
        while !self.queue.put(seq, payload) {
            let front = self.delivery.front.clone();
            tokio::select! {
                () = self.queue.emptied() => {}
                () = self.pass.changed() => return Err(Stop::Changed),
                () = front.streams_end().cancelled() => return Err(self.ended(ending::shutting_down)),
                () = &mut slow => return Err(self.ended(ending::slow_consumer)),
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

    /// The database didn't answer: waits, or gives up.
    async fn failed(&mut self, error: &Error) -> Result<(), Stop> {
        self.failures += 1;
        tracing::warn!(?error, tries = self.failures, "a stream couldn't be read on");
        if self.failures >= TRIES {
            return Err(self.ended(ending::overloaded));
        }
        sleep(PAUSE * self.failures).await;
        Ok(())
    }

    fn as_of(&self) -> AsOf {
        AsOf { epoch: self.feed.position().epoch, setup_seq: self.feed.setup_seq() }
    }

    fn ended(&self, ending: impl FnOnce(Cursor) -> Ending) -> Stop {
        Stop::Ended(ending(self.feed.position()))
    }
}
