//! A migrated database of its own for every test, copied from a template that holds the test organisation.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectOptions, ConnectionTrait, Database as Connect, DatabaseConnection};
use switchboard::store::{Backend, Store};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::cluster;
use super::organisation::{Organisation, found};

/// What a test's database begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// The schema alone.
    Nothing,
    /// The test organisation.
    Organisation,
}

/// A test's database. It is removed by [`Database::remove`], after the test.
pub struct Database {
    organisation: Option<&'static Organisation>,
    place: Place,
}

enum Place {
    Sqlite { folder: TempDir },
    Postgres { name: String, url: String, admin_url: String },
}

/// A database to copy.
struct Template {
    /// SQLite: the file. PostgreSQL: nothing, the template stays in the server.
    file: Vec<u8>,
    name: String,
    organisation: Option<Organisation>,
}

impl Template {
    /// Migrates an empty database and fills it.
    async fn fill(store: Store, contents: Contents) -> Option<Organisation> {
        store.migrate().await.unwrap();
        match contents {
            Contents::Organisation => Some(found(store).await),
            Contents::Nothing => {
                store.close().await;
                None
            }
        }
    }
}

impl Database {
    /// Copies a template; none when there is no PostgreSQL to copy it in, which has been said.
    pub async fn copy(backend: Backend, contents: Contents) -> Option<Self> {
        match backend {
            Backend::Sqlite => Some(sqlite(contents).await),
            Backend::Postgres => match cluster::server() {
                Ok(server) => Some(postgres(server, contents).await),
                Err(why) => {
                    cluster::skip(why);
                    None
                }
            },
        }
    }

    /// Whom it knows from the beginning.
    pub fn organisation(&self) -> &'static Organisation {
        self.organisation.unwrap()
    }

    /// Opens it as a server does, with a small pool.
    pub async fn open(&self) -> Store {
        let store = match &self.place {
            Place::Sqlite { .. } => Store::open_sqlite(&self.path().to_string_lossy()).await,
            Place::Postgres { url, .. } => Store::connect_postgres(url, 3).await,
        };
        store.unwrap()
    }

    /// A connection past the store, to look at rows or to spoil them.
    pub async fn connect(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(match &self.place {
            Place::Sqlite { .. } => format!("sqlite://{}", self.path().display()),
            Place::Postgres { url, .. } => url.clone(),
        });
        options.max_connections(1).sqlx_logging(false);
        Connect::connect(options).await.unwrap()
    }

    /// How `--database-url` spells it.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Sqlite { .. } => format!("sqlite://{}", self.path().display()),
            Place::Postgres { url, .. } => url.clone(),
        }
    }

    /// The SQLite file.
    pub fn path(&self) -> PathBuf {
        match &self.place {
            Place::Sqlite { folder } => folder.path().join("test.db"),
            Place::Postgres { .. } => PathBuf::new(),
        }
    }

    /// Removes it, with whoever is still connected. A file goes with its folder.
    pub async fn remove(&self) {
        if let Place::Postgres { name, admin_url, .. } = &self.place {
            execute(admin_url, &[&format!("DROP DATABASE {name} WITH (FORCE)")]).await;
        }
    }
}

async fn sqlite(contents: Contents) -> Database {
    static TEMPLATES: [OnceCell<Template>; 2] = [const { OnceCell::const_new() }; 2];
    let template = TEMPLATES[contents as usize]
        .get_or_init(async || {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("template.db");
            let store = Store::open_sqlite(&path.to_string_lossy()).await.unwrap();
            let organisation = Template::fill(store, contents).await;
            Template { file: std::fs::read(&path).unwrap(), name: String::new(), organisation }
        })
        .await;
    let folder = tempfile::Builder::new().prefix("switchboard-test-").tempdir().unwrap();
    std::fs::write(folder.path().join("test.db"), &template.file).unwrap();
    Database { organisation: template.organisation.as_ref(), place: Place::Sqlite { folder } }
}

async fn postgres(server: &'static cluster::Server, contents: Contents) -> Database {
    static TEMPLATES: [OnceCell<Template>; 2] = [const { OnceCell::const_new() }; 2];
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let process = std::process::id();
    let admin_url = server.admin_url();
    let template = TEMPLATES[contents as usize]
        .get_or_init(async || {
            let name = format!("switchboard_template_{process}_{}", contents as usize);
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            execute(&admin_url, &[&drop, &format!("CREATE DATABASE {name}")]).await;
            let store = Store::connect_postgres(&server.url(&name), 1).await.unwrap();
            Template { file: Vec::new(), name, organisation: Template::fill(store, contents).await }
        })
        .await;
    let name = format!("switchboard_test_{process}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    execute(&admin_url, &[&format!("CREATE DATABASE {name} TEMPLATE {}", template.name)]).await;
    let url = server.url(&name);
    Database { organisation: template.organisation.as_ref(), place: Place::Postgres { name, url, admin_url } }
}

async fn execute(url: &str, statements: &[&str]) {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Connect::connect(options).await.unwrap();
    for statement in statements {
        connection.execute_unprepared(statement).await.unwrap();
    }
    connection.close().await.unwrap();
}
