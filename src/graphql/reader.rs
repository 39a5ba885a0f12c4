//! What a request carries: who asks, the use cases, and the loaders of nested data.
//!
//! One reader per request, found in the context's data by every resolver. Nested data is first looked for among what is remembered
//! or was read ahead by the page, and only then loaded, in batches.

use std::collections::HashMap;
use std::future::Future;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};

use entity::ids::{
    AgentId, ChannelId, ConversationId, CustomerId, MacroId, NotificationId, TagId, TeamId, TicketId, TokenId,
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
}

/// What the batched loads run on.
#[derive(Clone, Debug)]
pub struct Source {
    /// The use cases, with the store.
    pub service: Service,
    /// Who asks.
    pub session: Session,
}

/// Everything a resolver needs.
pub struct Reader {
    /// The use cases, with the store.
    pub service: Service,
    /// Who asks.
    pub session: Session,
    loader: DataLoader<Source, HashMapCache>,
    batches: Batches,
}

impl Reader {
    /// A reader for one request.
    #[must_use]
    pub fn new(service: Service, session: Session) -> Self {
        let source = Source { service: service.clone(), session: session.clone() };
        let batches = Batches::default();
        let run = {
            let batches = batches.clone();
            move |batch| batches.put(batch)
        };
        // No timer: a batch is whatever was asked for before the execution had to wait.
        let loader = DataLoader::with_cache(source, run, HashMapCache::default()).delay(std::time::Duration::ZERO);
        Self { service, session, loader, batches }
    }

    /// Where the request's batched loads run: the execution is to be driven by it.
    #[must_use]
    pub fn batches(&self) -> Batches {
        self.batches.clone()
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
        self.loader.load_one(key).await.map_err(shown)
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
        let found = self.loader.load_many(keys.iter().cloned()).await.map_err(shown)?;
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
        self.loader.clear::<OpenOfAgent>();
        self.loader.clear::<OpenOfTeam>();
        self.loader.clear::<ConversationsOfTag>();
        self.loader.clear::<ConversationId>();
        self.loader.clear::<TicketId>();
        self.loader.clear::<CustomerId>();
        self.loader.clear::<MessageKey>();
        self.loader.clear::<NoteKey>();
        self.loader.clear::<MentionsOf>();
        self.loader.clear::<FollowsOf>();
        self.loader.clear::<LinksOf>();
        self.loader.clear::<ReadTo>();
        self.loader.clear::<NotificationId>();
        self.loader.clear::<TicketId>();
        self.loader.clear::<RefsOf>();
        self.loader.clear::<TicketsOf>();
        self.loader.clear::<ConversationsOf>();
    }

    /// Forgets what this request has read of people, teams, channels, tags and tokens, because it has just changed one.
    pub fn forget_set_up(&self) {
        use super::loaders::belonging::{AgentsOf, ChannelTeamsOf, MembersOf, TeamsOf};
        self.loader.clear::<AgentId>();
        self.loader.clear::<TeamId>();
        self.loader.clear::<ChannelId>();
        self.loader.clear::<TagId>();
        self.loader.clear::<CustomerId>();
        self.loader.clear::<TokenId>();
        self.loader.clear::<MacroId>();
        self.loader.clear::<AgentsOf>();
        self.loader.clear::<ChannelTeamsOf>();
        self.loader.clear::<MembersOf>();
        self.loader.clear::<TeamsOf>();
    }

    /// Hands over what was read ahead, so that loading it costs nothing.
    pub fn feed<K>(&self, values: HashMap<K, <Source as Loader<K>>::Value>) -> impl Future<Output = ()> + use<'_, K>
    where
        K: Clone + Eq + std::hash::Hash + Send + Sync + 'static,
        Source: Loader<K>,
    {
        self.loader.feed_many(values)
    }
}
