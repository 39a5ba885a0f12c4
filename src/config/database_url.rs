//! Which database: a file of SQLite or a PostgreSQL server.
//! Owns the accepted spellings; connecting is the store's business. The password shows nowhere but in [`PostgresUrl::expose`].

use std::{fmt, path::PathBuf};
use url::Url;

/// A database that can be connected to; shown without user, password and parameters.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file, made if absent; a relative path starts in the working directory.
    Sqlite(PathBuf),
    /// A server.
    Postgres(PostgresUrl),
}

impl DatabaseUrl {
    /// Reads `sqlite://PATH`, `postgres://…` or `postgresql://…`; refuses with what is wrong, never repeating the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("sqlite", rest)) => sqlite(rest).map(Self::Sqlite),
            Some(("postgres" | "postgresql", _)) => PostgresUrl::parse(text).map(Self::Postgres),
            _ => Err("expected sqlite://PATH, postgres://USER:PASSWORD@HOST/DATABASE or postgresql://…".to_owned()),
        }
    }
}

fn sqlite(rest: &str) -> Result<PathBuf, String> {
    if rest.contains(":memory:") || rest.contains("mode=memory") {
        return Err("a database in memory can't be used: the writer and each reader would open one of their own, \
                    and all is lost at exit; name a file, such as sqlite://switchboard.db"
            .to_owned());
    }
    let path =
        rest.strip_prefix("//").ok_or("expected two slashes before the path, such as sqlite://switchboard.db")?;
    if path.is_empty() || path.ends_with('/') {
        return Err("expected the path of a file, such as sqlite://switchboard.db or sqlite:///var/lib/switchboard.db"
            .to_owned());
    }
    if path.contains('?') {
        return Err("an SQLite URL takes no parameters after `?`: how the file is opened is fixed".to_owned());
    }
    Ok(PathBuf::from(path))
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The URL of a PostgreSQL server, shown without user, password and parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(Url);

impl PostgresUrl {
    fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "expected postgres://USER:PASSWORD@HOST:PORT/DATABASE, with characters such as / # ? @ in the \
                            password written as %2F %23 %3F %40";
        let url = Url::parse(text).map_err(|_| FORM)?;
        // An unescaped character in the password moves the rest of it into another part, where it would be shown.
        let nowhere = !url.has_host() && url.query().is_none();
        let misplaced = url.path().contains('@') || url.query().is_some_and(|query| query.contains('@'));
        if nowhere || misplaced || url.fragment().is_some() || !text.contains("://") {
            return Err(FORM.to_owned());
        }
        Ok(Self(url))
    }

    /// The whole URL with its password, for connecting only.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://{}", self.0.host_str().unwrap_or_default())?;
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(self.0.path())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read() {
        for (text, path) in [
            ("sqlite://switchboard.db", "switchboard.db"),
            ("sqlite:///var/lib/a b.db", "/var/lib/a b.db"),
            ("sqlite://./data/x", "./data/x"),
        ] {
            assert_eq!(DatabaseUrl::parse(text), Ok(DatabaseUrl::Sqlite(path.into())));
            assert_eq!(DatabaseUrl::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn servers_are_read_and_shown_without_secrets() {
        for (text, shown) in [
            ("postgres://ada:s3cret@db.example/support", "postgres://db.example/support"),
            (
                "postgresql://ada:s3cret@db.example:5433/support?sslmode=require&password=s3cret",
                "postgres://db.example:5433/support",
            ),
            ("postgres:///support?host=/run/postgresql", "postgres:///support"),
            ("postgres://localhost", "postgres://localhost"),
            ("postgres://ada:s3%40cret@[::1]/x", "postgres://[::1]/x"),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(format!("{url}"), shown);
            assert_eq!(format!("{url:?}"), shown);
            assert!(matches!(url, DatabaseUrl::Postgres(url) if url.expose() == text));
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "expected sqlite://PATH"),
            ("switchboard.db", "expected sqlite://PATH"),
            ("mysql://localhost/x", "expected sqlite://PATH"),
            ("SQLITE://x.db", "expected sqlite://PATH"),
            ("sqlite::memory:", "in memory"),
            ("sqlite://:memory:", "in memory"),
            ("sqlite://file:x?mode=memory&cache=shared", "in memory"),
            ("sqlite:x.db", "two slashes"),
            ("sqlite://", "path of a file"),
            ("sqlite:///var/lib/", "path of a file"),
            ("sqlite://x.db?mode=rwc", "no parameters"),
            ("postgres:localhost", "expected postgres://"),
            ("postgres://", "expected postgres://"),
            ("postgres://ada:s3/cret@localhost/x", "%2F"),
            ("postgres://ada:12/cret@localhost/x", "%2F"),
            ("postgres://ada:1#cret@localhost/x", "%23"),
            ("postgres://ada:1?cret@localhost/x", "%3F"),
            ("postgres://localhost:99999/x", "expected postgres://"),
        ] {
            let refusal = DatabaseUrl::parse(text).unwrap_err();
            assert!(refusal.contains(reason), "{text}: {refusal}");
            assert!(!refusal.contains("cret@"), "{text}");
        }
    }
}
