//! A migrated database of its own for every test, copied from a template that holds the test organisation.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectOptions, ConnectionTrait, Database as Connect, DatabaseConnection, DbBackend, Statement};
use switchboard::store::{Backend, Store};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;

use super::organisation::{Organisation, found};
use super::{cluster, place};

/// A test's database. It is dropped by [`Database::drop`], after the test has closed its stores.
pub struct Database {
    /// Whose tokens and ids the template holds.
    pub organisation: &'static Organisation,
    place: Place,
}

enum Place {
    Sqlite { folder: TempDir },
    Postgres { name: String, url: String, admin_url: String },
}

/// A database as it was after the organisation was founded.
struct Template {
    /// SQLite: the file. PostgreSQL: nothing, the template stays in the server.
    file: Vec<u8>,
    name: String,
    organisation: Organisation,
}

impl Database {
    /// Copies the template; none when there is no PostgreSQL to copy it in, which has been said.
    pub async fn copy(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => Some(sqlite().await),
            Backend::Postgres => match cluster::server() {
                Ok(server) => Some(postgres(server).await),
                Err(why) => {
                    cluster::skip(why);
                    None
                }
            },
        }
    }

    /// Opens it as a server does, with a small pool.
    pub async fn open(&self) -> Store {
        let store = match &self.place {
            Place::Sqlite { .. } => Store::open_sqlite(&self.path().to_string_lossy()).await,
            Place::Postgres { url, .. } => Store::connect_postgres(url, 3).await,
        };
        store.unwrap()
    }

    /// The same with a pool for many at once.
    pub async fn open_wide(&self) -> Store {
        match &self.place {
            Place::Sqlite { .. } => self.open().await,
            Place::Postgres { url, .. } => Store::connect_postgres(url, 16).await.unwrap(),
        }
    }

    /// A connection past the store, to look at rows or to spoil them.
    pub async fn connect(&self) -> DatabaseConnection {
        connect(&self.url()).await
    }

    /// How `--database-url` spells it.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Sqlite { .. } => format!("sqlite://{}", self.path().display()),
            Place::Postgres { url, .. } => url.clone(),
        }
    }

    /// Makes an empty database beside this one, once; it goes when this one goes.
    pub async fn empty(&self) -> String {
        match &self.place {
            Place::Sqlite { folder } => format!("sqlite://{}", folder.path().join("empty.db").display()),
            Place::Postgres { name, url, admin_url } => {
                let empty = empty_of(name);
                execute(admin_url, &[&format!("CREATE DATABASE {empty}")]).await;
                url.replace(&format!("/{name}"), &format!("/{empty}"))
            }
        }
    }

    /// The SQLite file.
    pub fn path(&self) -> PathBuf {
        match &self.place {
            Place::Sqlite { folder } => folder.path().join("test.db"),
            Place::Postgres { .. } => PathBuf::new(),
        }
    }

    /// Removes it, with whoever is still connected.
    pub async fn drop(self) {
        if let Place::Postgres { name, admin_url, .. } = self.place {
            let empty = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", empty_of(&name));
            execute(&admin_url, &[&format!("DROP DATABASE {name} WITH (FORCE)"), &empty]).await;
        }
    }
}

fn empty_of(name: &str) -> String {
    format!("{name}_empty")
}

async fn sqlite() -> Database {
    static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(async || {
            let folder = place::folder("template");
            let path = folder.path().join("template.db");
            let store = Store::open_sqlite(&path.to_string_lossy()).await.unwrap();
            let organisation = found(store).await;
            Template { file: std::fs::read(&path).unwrap(), name: String::new(), organisation }
        })
        .await;
    let folder = place::folder("test");
    std::fs::write(folder.path().join("test.db"), &template.file).unwrap();
    Database { organisation: &template.organisation, place: Place::Sqlite { folder } }
}

async fn postgres(server: &'static cluster::Server) -> Database {
    static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let process = std::process::id();
    let admin_url = server.admin_url();
    let template = TEMPLATE
        .get_or_init(async || {
            sweep(&admin_url).await;
            let name = format!("switchboard_template_{process}");
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            execute(&admin_url, &[&drop, &format!("CREATE DATABASE {name}")]).await;
            let url = server.url(&name);
            if server.is_ours() {
                // Leaves out a seventh of the files, which every copy would have too.
                let fresh = connect(&url).await;
                fresh.execute_unprepared("VACUUM FULL").await.unwrap();
                fresh.close().await.unwrap();
            }
            let organisation = found(Store::connect_postgres(&url, 1).await.unwrap()).await;
            Template { file: Vec::new(), name, organisation }
        })
        .await;
    let name = format!("switchboard_test_{process}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let how = if server.is_ours() { "STRATEGY FILE_COPY" } else { "" };
    execute(&admin_url, &[&format!("CREATE DATABASE {name} TEMPLATE {} {how}", template.name)]).await;
    let url = server.url(&name);
    Database { organisation: &template.organisation, place: Place::Postgres { name, url, admin_url } }
}

/// Drops what test processes left that ended without doing so. A cluster of our own begins empty; a given one may not.
async fn sweep(admin_url: &str) {
    let connection = connect(admin_url).await;
    let ask = "SELECT datname::text FROM pg_database WHERE datname ~ '^switchboard_(template|test)_[0-9]+'";
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, ask)).await.unwrap();
    for name in rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()) {
        let process = name.split('_').nth(2).unwrap_or_default();
        let alive =
            std::process::Command::new("kill").args(["-0", process]).output().is_ok_and(|kill| kill.status.success());
        if !alive {
            // Somebody else may be sweeping too.
            let _ = connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await;
        }
    }
    connection.close().await.unwrap();
}

/// Creates and drops databases, over connections that outlive the runtimes of single tests.
async fn execute(admin_url: &str, statements: &[&str]) {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());
    static CONNECTIONS: OnceCell<DatabaseConnection> = OnceCell::const_new();
    let admin_url = admin_url.to_owned();
    let statements: Vec<String> = statements.iter().map(|&statement| statement.to_owned()).collect();
    let executing = RUNTIME.spawn(async move {
        let connections = CONNECTIONS.get_or_init(|| connect_many(&admin_url, 8)).await;
        for statement in statements {
            connections.execute_unprepared(&statement).await.unwrap();
        }
    });
    executing.await.unwrap();
}

/// A connection past any store.
pub async fn connect(url: &str) -> DatabaseConnection {
    connect_many(url, 1).await
}

async fn connect_many(url: &str, size: u32) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(size).sqlx_logging(false);
    Connect::connect(options).await.unwrap()
}
