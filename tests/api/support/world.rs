//! One test's world: the app over its database, served over real HTTP, with a clock that stands still.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use entity::api_token;
use sea_orm::{DatabaseConnection, EntityTrait};
use switchboard::app::App;
use switchboard::clock::{Clock, ManualClock};
use switchboard::events::neighbours;
use switchboard::http::{self, Front, Limits};
use switchboard::{automation, scheduler};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::database::Database;
use super::organisation::{Organisation, opening};

/// A running server and whom it serves.
pub struct World {
    /// The parts behind the server.
    pub app: App,
    /// Its clock; it begins on a Monday at nine.
    pub clock: ManualClock,
    /// Its database.
    pub database: Database,
    /// Where it listens.
    pub base: String,
    http: reqwest::Client,
    serving: JoinHandle<()>,
}

impl World {
    /// Starts a server over the database.
    pub async fn start(database: Database) -> Self {
        let clock = ManualClock::at(opening());
        let app = App::new(database.open().await, Clock::from(clock.clone()), Vec::new());
        let (base, serving) = serve(&app, Limits::default()).await;
        // The environment's proxy knows nothing of a server that lives for one test.
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { app, clock, database, base, http, serving }
    }

    /// Another server over the same database, as behind a balancer.
    pub async fn another_node(&self) -> (String, App) {
        let app = App::new(self.database.open().await, Clock::from(self.clock.clone()), Vec::new());
        let (base, _serving) = serve(&app, Limits::default()).await;
        (base, app)
    }

    /// Another server over the same database that many may write to at once; it talks to its neighbours until told to stop.
    pub async fn wide_node(&self, stop: &CancellationToken) -> (String, App) {
        let app = App::new(self.database.open_wide().await, Clock::from(self.clock.clone()), Vec::new());
        tokio::spawn(neighbours::run(app.service.store.clone(), stop.clone()));
        let (base, _serving) = serve(&app, Limits::default()).await;
        (base, app)
    }

    /// Whom the database knows from the beginning.
    pub fn organisation(&self) -> &'static Organisation {
        self.database.organisation
    }

    /// A client with this token.
    pub fn client(&self, token: &str) -> Client {
        Client::new(self.http.clone(), &self.base, token)
    }

    /// A client of another server with this token.
    pub fn client_at(&self, base: &str, token: &str) -> Client {
        Client::new(self.http.clone(), base, token)
    }

    /// The admin.
    pub fn ada(&self) -> Client {
        self.client(&self.organisation().ada.token)
    }

    /// An agent of the team Support.
    pub fn bea(&self) -> Client {
        self.client(&self.organisation().bea.token)
    }

    /// Another agent of the team Support.
    pub fn carl(&self) -> Client {
        self.client(&self.organisation().carl.token)
    }

    /// An agent of the team Billing, which alone sees the restricted channel.
    pub fn dora(&self) -> Client {
        self.client(&self.organisation().dora.token)
    }

    /// The integration that hands in messages and delivers replies.
    pub fn gateway(&self) -> Client {
        self.client(&self.organisation().gateway.token)
    }

    /// The integration with every scope.
    pub fn robot(&self) -> Client {
        self.client(&self.organisation().robot.token)
    }

    /// Lets everything happen that happens by itself: what the clock is due for, then what workflows are triggered for, and again until
    /// nothing is left.
    pub async fn run_due(&self) {
        let (service, store) = (&self.app.service, &self.app.service.store);
        loop {
            let before = store.head().await.unwrap().last_seq;
            scheduler::run_due(service).await.unwrap();
            automation::run_due(service, self.app.spelling).await.unwrap();
            if store.head().await.unwrap().last_seq == before {
                return;
            }
        }
    }

    /// A connection past the server, to look at rows.
    pub async fn rows(&self) -> DatabaseConnection {
        self.database.connect().await
    }

    /// How many statements the server has sent.
    pub fn statements(&self) -> u64 {
        self.app.service.store.statements()
    }

    /// Returns when the time of the client's last request is remembered with its token, which happens beside the request: from then
    /// on, within the minute, the server sends no statement that isn't asked for.
    pub async fn settled(&self, client: &Client) {
        let rows = self.rows().await;
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let sent = self.statements();
            let token = api_token::Entity::find_by_id(client.token_id()).one(&rows).await.unwrap().unwrap();
            // Requests at the same time may each have begun to remember theirs.
            tokio::time::sleep(Duration::from_millis(20)).await;
            if token.last_used_at.is_some_and(|at| self.clock.now() - at < TimeDelta::minutes(1))
                && self.statements() == sent
            {
                break;
            }
            assert!(Instant::now() < deadline, "the use of a token isn't remembered");
        }
        rows.close().await.unwrap();
    }

    /// Ends the server at once and removes the database.
    pub async fn stop(self) {
        self.serving.abort();
        let _ = self.serving.await;
        self.app.service.store.close().await;
        self.database.drop().await;
    }
}

/// Serves an app on a free port, until the task is dropped.
pub async fn serve(app: &App, limits: Limits) -> (String, JoinHandle<()>) {
    let front = Front::with_limits(app.clone(), limits).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = http::router(front.clone(), http::Pages::default());
    (base, tokio::spawn(http::serve(listener, front, router, std::future::pending())))
}
