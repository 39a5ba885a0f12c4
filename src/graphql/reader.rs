//! What a request carries: who asks, the use cases, and the loaders of nested data.
//!
//! One reader per request, found in the context's data by every resolver. Nested data is first looked for among what is remembered
//! or was read ahead by the page, and only then loaded, in batches.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use chrono::{DateTime, Utc};

use entity::ids::{
    AgentId, ChannelId, ConversationId, CustomerId, MacroId, NotificationId, TagId, TeamId, TicketId, TokenId,
    WorkflowId,
};

use super::batches::Batches;
use super::error::{coded, denied, shown};
use crate::domain::cursor::Cursor;
use crate::domain::permission::{Operation, Viewer};
use crate::error::Error;
use crate::service::Service;

/// Who asks and where the log stands, read with the token.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who asks.
    pub viewer: Viewer,
    /// The head of the log, read before anything else.
    pub head: Cursor,
    /// Up to which log row remembered display names must be right.
    pub setup_seq: i64,
    /// When the token expires, in UTC; none = never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What the batched loads run on.
#[derive(Clone, Debug)]
pub struct Source {
    /// The use cases, with the store.
    pub service: Service,
    /// Who asks.
    pub session: Session,
}

/// What was loaded of nested data: by one request, or by all deliveries of an entry to those who see the same.
pub struct Loads {
    loader: DataLoader<Source, HashMapCache>,
    batches: Batches,
}

impl Loads {
    /// Nothing yet, for a session: of its viewer only what they see and may do counts.
    #[must_use]
    pub fn new(service: Service, session: Session) -> Self {
        let source = Source { service, session };
        let batches = Batches::default();
        let run = {
            let batches = batches.clone();
            move |batch| batches.put(batch)
        };
        // No timer: a batch is whatever was asked for before the execution had to wait.
        let loader = DataLoader::with_cache(source, run, HashMapCache::default()).delay(std::time::Duration::ZERO);
        Self { loader, batches }
    }

    /// Where the batches run: executions are to be driven by it, one at a time.
    #[must_use]
    pub fn batches(&self) -> Batches {
        self.batches.clone()
    }
}

/// Everything a resolver needs.
pub struct Reader {
    /// The use cases, with the store.
    pub service: Service,
    /// Who asks.
    pub session: Session,
    loads: Arc<Loads>,
    shared: bool,
}

impl Reader {
    /// A reader for one request.
    #[must_use]
    pub fn new(service: Service, session: Session) -> Self {
        let loads = Arc::new(Loads::new(service.clone(), session.clone()));
        Self { service, session, loads, shared: false }
    }

    /// A reader for one delivery among several, which share what they load. What is the viewer's own they load for all viewers.
    #[must_use]
    pub fn sharing(service: Service, session: Session, loads: Arc<Loads>) -> Self {
        Self { service, session, loads, shared: true }
    }

    /// Whether others with the same access share what this loads.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.shared
    }

    /// Where the request's batched loads run: the execution is to be driven by it.
    #[must_use]
    pub fn batches(&self) -> Batches {
        self.loads.batches()
    }

    /// The request's reader.
    ///
    /// # Errors
    /// `INTERNAL` outside of a request.
    pub fn of<'a>(ctx: &'a Context<'_>) -> async_graphql::Result<&'a Self> {
        ctx.data::<Self>().map_err(|_| coded("INTERNAL", "internal error"))
    }

    /// The request's reader, after the viewer's right to a query was asked.
    ///
    /// # Errors
    /// `FORBIDDEN` at the top level.
    pub fn permitted<'a>(ctx: &'a Context<'_>, operation: Operation) -> async_graphql::Result<&'a Self> {
        let reader = Self::of(ctx)?;
        reader.viewer().permit(operation).map_err(denied)?;
        Ok(reader)
    }

    /// Who asks.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.session.viewer
    }

    /// Loads one thing, together with whatever else of its kind is asked for at the same time.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn load<K>(&self, key: K) -> async_graphql::Result<Option<<Source as Loader<K>>::Value>>
    where
        K: Clone + Eq + std::hash::Hash + Send + Sync + 'static,
        Source: Loader<K, Error = Error>,
    {
        self.loads.loader.load_one(key).await.map_err(shown)
    }

    /// Loads several things of a kind, each once, in the order asked for; what isn't found is left out.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn load_all<K>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> async_graphql::Result<Vec<<Source as Loader<K>>::Value>>
    where
        K: Clone + Eq + std::hash::Hash + Send + Sync + 'static,
        Source: Loader<K, Error = Error>,
    {
        let keys: Vec<K> = keys.into_iter().collect();
        let found = self.loads.loader.load_many(keys.iter().cloned()).await.map_err(shown)?;
        let mut seen = std::collections::HashSet::new();
        let once = keys.into_iter().filter(|key| seen.insert(key.clone()));
        Ok(once.filter_map(|key| found.get(&key).cloned()).collect())
    }

    /// Forgets what this request has read of conversations and tickets, because it has just changed something.
    pub fn forget(&self) {
        use super::loaders::belonging::{OpenOfAgent, OpenOfTeam};
        use super::loaders::notes::{MentionsOf, NoteKey};
        use super::loaders::tags::ConversationsOfTag;
        use super::loaders::tickets::{ConversationsOf, RefsOf, TicketsOf};
        use super::loaders::{follows::FollowsOf, links::LinksOf, messages::MessageKey, read_marks::ReadTo};
        self.loads.loader.clear::<OpenOfAgent>();
        self.loads.loader.clear::<OpenOfTeam>();
        self.loads.loader.clear::<ConversationsOfTag>();
        self.loads.loader.clear::<ConversationId>();
        self.loads.loader.clear::<TicketId>();
        self.loads.loader.clear::<CustomerId>();
        self.loads.loader.clear::<MessageKey>();
        self.loads.loader.clear::<NoteKey>();
        self.loads.loader.clear::<MentionsOf>();
        self.loads.loader.clear::<FollowsOf>();
        self.loads.loader.clear::<LinksOf>();
        self.loads.loader.clear::<ReadTo>();
        self.loads.loader.clear::<NotificationId>();
        self.loads.loader.clear::<TicketId>();
        self.loads.loader.clear::<RefsOf>();
        self.loads.loader.clear::<TicketsOf>();
        self.loads.loader.clear::<ConversationsOf>();
    }

    /// Forgets what this request has read of people, teams, channels, tags, tokens, macros and workflows, because it has just changed one.
    pub fn forget_set_up(&self) {
        use super::loaders::belonging::{AgentsOf, ChannelTeamsOf, MembersOf, TeamsOf};
        self.loads.loader.clear::<AgentId>();
        self.loads.loader.clear::<TeamId>();
        self.loads.loader.clear::<ChannelId>();
        self.loads.loader.clear::<TagId>();
        self.loads.loader.clear::<CustomerId>();
        self.loads.loader.clear::<TokenId>();
        self.loads.loader.clear::<MacroId>();
        self.loads.loader.clear::<WorkflowId>();
        self.loads.loader.clear::<AgentsOf>();
        self.loads.loader.clear::<ChannelTeamsOf>();
        self.loads.loader.clear::<MembersOf>();
        self.loads.loader.clear::<TeamsOf>();
    }

    /// Hands over what was read ahead, so that loading it costs nothing.
    pub fn feed<K>(&self, values: HashMap<K, <Source as Loader<K>>::Value>) -> impl Future<Output = ()> + use<'_, K>
    where
        K: Clone + Eq + std::hash::Hash + Send + Sync + 'static,
        Source: Loader<K>,
    {
        self.loads.loader.feed_many(values)
    }
}
