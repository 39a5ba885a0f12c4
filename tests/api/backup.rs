//! Backups, restoring them, and the epochs that tell a restored log from the one it was (architecture §3.7, §8).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use entity::{conversation, event_head};
use futures_util::future::{join, join_all};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use switchboard::store::Backend;
use tokio::time::timeout;

use crate::crash::{Ledger, WRITERS, random, write};
use crate::support::database::connect;
use crate::support::live::{FEED, Heard, Transport};
use crate::support::process::{Process, output, switchboard};
use crate::support::{World, both, size};

both!(
    a_backup_of_a_busy_server_has_everything_that_was_acknowledged_before,
    a_cursor_of_before_a_restore_cannot_be_followed,
    every_restore_begins_another_epoch,
    a_backup_overwrites_nothing_and_leaves_nothing_half,
    what_is_no_whole_backup_is_refused_and_changes_nothing,
    an_older_backup_is_brought_up_to_date,
    a_database_is_replaced_only_by_force_and_while_nobody_uses_it,
    what_the_old_database_had_not_written_back_does_not_come_back,
    a_killed_restore_leaves_the_old_or_the_new_database,
    postgres_is_left_to_its_own_tools,
    an_epoch_begins_by_command,
    streams_end_when_an_epoch_begins,
);

const SINCE: &str = "query($after: EventCursor) { conversationChanges(first: 5, after: $after) { hasMore } }";

/// How often a restore is killed; fifty times as often at full size.
const KILLS: usize = 8;

/// The SQLite file, and a folder beside it for what a test makes; none on PostgreSQL.
fn files(world: &World) -> Option<(PathBuf, PathBuf)> {
    let path = world.database.path();
    (world.app.service.store.backend() == Backend::Sqlite).then(|| (path.clone(), path.with_file_name("made")))
}

fn in_folder(folder: &Path, name: &str) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    folder.join(name)
}

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

fn back_up(from: &Path, to: &Path) -> Output {
    output(&["backup", to.to_str().unwrap(), "--database-url", &url(from)])
}

fn restore(from: &Path, to: &Path, further: &[&str]) -> Output {
    output(&[&["restore", from.to_str().unwrap(), "--database-url", &url(to)], further].concat())
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn refused(output: &Output, why: &str) {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains(why), "{why}: {output:?}");
}

/// All files of the folder but the locks, with what is in them.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_none_or(|ending| ending != "lock"))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

async fn epoch(path: &Path) -> i32 {
    let rows = connect(&url(path)).await;
    let head = event_head::Entity::find().one(&rows).await.unwrap().unwrap();
    rows.close().await.unwrap();
    head.epoch
}

async fn conversations(path: &Path) -> u64 {
    let rows = connect(&url(path)).await;
    let count = conversation::Entity::find().count(&rows).await.unwrap();
    rows.close().await.unwrap();
    count
}

async fn execute(path: &Path, sql: &str) {
    let rows = connect(&url(path)).await;
    rows.execute_unprepared(sql).await.unwrap();
    rows.close().await.unwrap();
}

async fn a_backup_of_a_busy_server_has_everything_that_was_acknowledged_before(world: &World) {
    let Some((path, folder)) = files(world) else { return };
    let ledger = Ledger::default();
    let (mut server, mut before) = (Process::serve(&url(&path)), Vec::new());
    let client = world.client_at(&server.base, &world.organisation().robot.token);
    let (backup, restored) = (in_folder(&folder, "backup.db"), in_folder(&folder, "restored.db"));
    let back_up = async {
        ledger.grows().await;
        before = ledger.acknowledged.lock().unwrap().clone();
        let printed = tokio::task::block_in_place(|| done(&back_up(&path, &backup)));
        assert_eq!(printed, format!("backed up {} to {}\n", url(&path), backup.display()));
        ledger.grows().await;
        tokio::task::block_in_place(|| server.terminate())
    };
    join(join_all((0..WRITERS).map(|writer| write(world, &client, &ledger, 0, writer))), back_up).await;
    done(&restore(&backup, &restored, &[]));
    let server = Process::serve(&url(&restored));
    let client = world.client_at(&server.base, &world.organisation().robot.token);
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Message { id externalId } } }";
    for some in before.chunks(100) {
        let ids: Vec<&String> = some.iter().map(|(id, _)| id).collect();
        let expected: Vec<Value> = some.iter().map(|(id, key)| json!({ "id": id, "externalId": key })).collect();
        let found = client.query(document, json!({ "ids": ids })).await.ok();
        assert_eq!(found.at("nodes"), &json!(expected));
    }
    // Later ones may be there or not; what is there, is whole.
    assert!(done(&output(&["check", "--database-url", &url(&restored)])).contains("up to date"));
    assert!(conversations(&restored).await <= conversations(&path).await);
}

async fn a_cursor_of_before_a_restore_cannot_be_followed(world: &World) {
    let Some((path, folder)) = files(world) else { return };
    let (backup, restored) = (in_folder(&folder, "backup.db"), in_folder(&folder, "restored.db"));
    world.opened().await;
    let cursor = world.gateway().query("{ eventCursor }", json!({})).await.ok().at("eventCursor").clone();
    done(&back_up(&path, &backup));
    let printed = done(&restore(&backup, &restored, &[]));
    let epoch = epoch(&restored).await;
    assert_eq!(printed, format!("restored {} to {}; epoch {epoch} begins\n", backup.display(), url(&restored)));
    let server = Process::serve(&url(&restored));
    let client = world.client_at(&server.base, &world.organisation().gateway.token);
    client.query(SINCE, json!({ "after": cursor })).await.failed("EPOCH_CHANGED");
    for transport in Transport::ALL {
        let mut refused = client.follow(transport, FEED, json!({ "after": cursor })).await;
        assert_eq!(refused.error().await.0, "EPOCH_CHANGED");
    }
    let cursor = client.query("{ eventCursor }", json!({})).await.ok().at("eventCursor").clone();
    client.query(SINCE, json!({ "after": cursor })).await.ok();
    // The log itself goes on: nothing of it was lost or is there twice.
    assert_eq!(client.query(SINCE, json!({})).await.ok().at("conversationChanges.hasMore"), false);
    let checked = done(&output(&["check", "--database-url", &url(&restored)]));
    assert!(checked.contains(&format!("epoch {epoch}")), "{checked}");
}

async fn every_restore_begins_another_epoch(world: &World) {
    let Some((path, folder)) = files(world) else { return };
    let (backup, restored) = (in_folder(&folder, "backup.db"), in_folder(&folder, "restored.db"));
    done(&back_up(&path, &backup));
    let mut epochs = vec![epoch(&path).await];
    for _ in 0..4 {
        done(&restore(&backup, &restored, &["--force"]));
        epochs.push(epoch(&restored).await);
    }
    assert!(epochs.is_sorted_by(|one, next| one < next), "{epochs:?}");
    assert_eq!(epoch(&backup).await, epochs[0], "the backup stays as it is");
}

async fn a_backup_overwrites_nothing_and_leaves_nothing_half(world: &World) {
    let Some((path, folder)) = files(world) else { return };
    let there = in_folder(&folder, "there.db");
    fs::write(&there, "precious").unwrap();
    std::os::unix::fs::symlink("nowhere", folder.join("link.db")).unwrap();
    refused(&back_up(&path, &there), "is there already");
    refused(&back_up(&path, &path), "is there already");
    refused(&back_up(&path, &folder.join("link.db")), "is there already");
    refused(&back_up(&path, &folder.join("missing/x.db")), "can't write");
    refused(&back_up(&folder.join("missing.db"), &folder.join("x.db")), "there is no database");
    refused(&back_up(&there, &folder.join("x.db")), "not a database");
    fs::remove_file(folder.join("link.db")).unwrap();
    let foreign = folder.join("foreign.db");
    fs::write(&foreign, "").unwrap();
    refused(&back_up(&foreign, &folder.join("x.db")), "no database of Switchboard");
    let left: Vec<PathBuf> = contents(&folder).into_keys().collect();
    assert_eq!(left, [foreign, there.clone()]);
    assert_eq!(fs::read_to_string(&there).unwrap(), "precious");
    // As readable as the database is.
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    done(&back_up(&path, &folder.join("x.db")));
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(folder.join("x.db")).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o640);
}

async fn what_is_no_whole_backup_is_refused_and_changes_nothing(world: &World) {
    let Some((path, folder)) = files(world) else { return };
    world.opened().await;
    let (place, backup) = (in_folder(&folder, "place.db"), in_folder(&folder, "backup.db"));
    done(&back_up(&path, &backup));
    done(&restore(&backup, &place, &[]));
    let whole = fs::read(&backup).unwrap();
    let mut damaged = whole.clone();
    damaged[4096..3 * 4096].fill(0x5a);
    let half = whole[..whole.len() / 2].to_vec();
    fs::write(folder.join("damaged.db"), damaged).unwrap();
    fs::write(folder.join("half.db"), half).unwrap();
    fs::write(folder.join("text.db"), "SELECT 1; it says, and more than sixteen bytes").unwrap();
    fs::write(folder.join("empty.db"), "").unwrap();
    fs::write(folder.join("open.db"), &whole).unwrap();
    fs::write(folder.join("open.db-wal"), "more").unwrap();
    fs::write(folder.join("newer.db"), &whole).unwrap();
    execute(&folder.join("newer.db"), "INSERT INTO seaql_migrations VALUES ('m9999_from_the_future', 0)").await;
    fs::write(folder.join("lost.db"), &whole).unwrap();
    execute(&folder.join("lost.db"), "PRAGMA foreign_keys = off; DELETE FROM channel").await;
    execute_new(&folder.join("foreign.db"), "CREATE TABLE somebodys (thing text)").await;
    let before = contents(&folder);
    for (name, why) in [
        ("damaged.db", "damaged"),
        ("half.db", "damaged"),
        ("lost.db", "damaged"),
        ("text.db", "no SQLite database"),
        ("empty.db", "no SQLite database"),
        ("missing.db", "No such file"),
        ("foreign.db", "no database of Switchboard"),
        ("newer.db", "newer"),
        ("open.db", "open.db-wal"),
    ] {
        refused(&restore(&folder.join(name), &place, &["--force"]), why);
        refused(&restore(&folder.join(name), &folder.join("elsewhere.db"), &[]), why);
        assert_eq!(contents(&folder).keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "{name}");
        assert!(contents(&folder) == before, "{name} changed a file");
    }
}

async fn execute_new(path: &Path, sql: &str) {
    let rows = connect(&format!("{}?mode=rwc", url(path))).await;
    rows.execute_unprepared(sql).await.unwrap();
    rows.close().await.unwrap();
}

async fn an_older_backup_is_brought_up_to_date(world: &World) {
    let Some((path, folder)) = files(world) else { return };
    let (place, backup) = (in_folder(&folder, "place.db"), in_folder(&folder, "backup.db"));
    world.opened().await;
    done(&back_up(&path, &backup));
    let undo =
        "DROP TABLE search_term; DROP TABLE search_row; DELETE FROM seaql_migrations WHERE version = 'm0005_search'";
    execute(&backup, undo).await;
    done(&restore(&backup, &place, &[]));
    assert!(done(&output(&["check", "--database-url", &url(&place)])).contains("up to date"));
    assert_eq!(conversations(&place).await, 1);
}

async fn a_database_is_replaced_only_by_force_and_while_nobody_uses_it(world: &World) {
    let Some((path, folder)) = files(world) else { return };
    let (place, backup) = (in_folder(&folder, "place.db"), in_folder(&folder, "backup.db"));
    done(&back_up(&path, &backup));
    done(&restore(&backup, &place, &[]));
    let first = epoch(&place).await;
    refused(&restore(&backup, &place, &[]), "--force");
    refused(&restore(&place, &place, &["--force"]), "is the database itself");
    let mut server = Process::serve(&url(&place));
    refused(&restore(&backup, &place, &["--force"]), "another server");
    refused(&output(&["new-epoch", "--database-url", &url(&place)]), "another server");
    assert!(server.terminate().success());
    // No server, yet not alone: what it writes would be lost.
    let somebody = connect(&url(&place)).await;
    somebody.execute_unprepared("PRAGMA journal_mode = wal; UPDATE event_head SET demo = TRUE").await.unwrap();
    refused(&restore(&backup, &place, &["--force"]), "has");
    somebody.close().await.unwrap();
    assert_eq!(epoch(&place).await, first);
    // By a link too; it stays one.
    let link = folder.join("link.db");
    std::os::unix::fs::symlink(&place, &link).unwrap();
    done(&restore(&backup, &link, &["--force"]));
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(epoch(&place).await > first);
}

async fn what_the_old_database_had_not_written_back_does_not_come_back(world: &World) {
    let Some((path, folder)) = files(world) else { return };
    let (place, backup) = (in_folder(&folder, "place.db"), in_folder(&folder, "backup.db"));
    done(&back_up(&path, &backup));
    done(&restore(&backup, &place, &[]));
    for damaged in [false, true] {
        let mut server = Process::serve(&url(&place));
        let client = world.client_at(&server.base, &world.organisation().robot.token);
        client.receive(world.chat("visitor", "Hello")).await.changed();
        server.kill();
        assert!(fs::metadata(folder.join("place.db-wal")).unwrap().len() > 0);
        if damaged {
            fs::write(&place, "an accident").unwrap();
        }
        done(&restore(&backup, &place, &["--force"]));
        assert!(!folder.join("place.db-wal").exists() && !folder.join("place.db-shm").exists());
        assert_eq!(conversations(&place).await, 0);
        assert!(done(&output(&["check", "--database-url", &url(&place)])).contains("up to date"));
    }
}

async fn a_killed_restore_leaves_the_old_or_the_new_database(world: &World) {
    let Some((path, folder)) = files(world) else { return };
    let (place, old, new) =
        (in_folder(&folder, "place.db"), in_folder(&folder, "old.db"), in_folder(&folder, "new.db"));
    done(&back_up(&path, &old));
    world.opened().await;
    done(&back_up(&path, &new));
    let began = Instant::now();
    done(&restore(&old, &place, &[]));
    let took = began.elapsed();
    let mut seen = [0, 0];
    for _ in 0..size(KILLS) {
        let now = usize::try_from(conversations(&place).await).unwrap();
        let from = [&new, &old][now];
        let arguments = ["restore", from.to_str().unwrap(), "--force", "--database-url", &url(&place)];
        let mut restoring = switchboard(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let micros = u64::try_from(took.as_micros()).unwrap() * 11 / 10;
        tokio::time::sleep(Duration::from_micros(random() as u64 % micros)).await;
        restoring.kill().unwrap();
        restoring.wait().unwrap();
        assert!(done(&output(&["check", "--database-url", &url(&place)])).contains("up to date"));
        let then = usize::try_from(conversations(&place).await).unwrap();
        seen[usize::from(then != now)] += 1;
    }
    println!("{} stayed, {} were replaced", seen[0], seen[1]);
    // What a killed one left doesn't keep the next, which clears it away.
    done(&restore(&new, &place, &["--force"]));
    let left: Vec<PathBuf> = contents(&folder).into_keys().collect();
    assert_eq!(left, [new, old, place]);
}

async fn postgres_is_left_to_its_own_tools(world: &World) {
    if world.app.service.store.backend() == Backend::Sqlite {
        return;
    }
    let url = world.database.url();
    refused(&output(&["backup", "x.db", "--database-url", &url]), "pg_dump");
    refused(&output(&["restore", "x.db", "--database-url", &url]), "pg_restore");
    assert!(!Path::new("x.db").exists());
}

async fn an_epoch_begins_by_command(world: &World) {
    // On PostgreSQL also beside a running server; an SQLite file is alone with it.
    let (url, base, token) = (world.database.url(), &world.base, &world.organisation().gateway.token);
    let mut cursors = Vec::new();
    for _ in 0..2 {
        cursors.push(world.gateway().query("{ eventCursor }", json!({})).await.ok().at("eventCursor").clone());
        let begun = done(&output(&["new-epoch", "--database-url", &url]));
        let epoch = world.app.service.store.head().await.unwrap().epoch;
        assert!(begun.starts_with(&format!("epoch {epoch} begins")) && begun.lines().count() == 1, "{begun}");
        for cursor in &cursors {
            let client = world.client_at(base, token);
            client.query(SINCE, json!({ "after": cursor })).await.failed("EPOCH_CHANGED");
        }
    }
    assert_ne!(cursors[0], cursors[1]);
    let empty = world.database.empty().await;
    let why = if url.starts_with("sqlite") { "there is no database" } else { "no database of Switchboard" };
    refused(&output(&["new-epoch", "--database-url", &empty]), why);
}

async fn streams_end_when_an_epoch_begins(world: &World) {
    let (store, after) = (&world.app.service.store, world.cursor().await);
    let mut followers = Vec::new();
    for transport in Transport::ALL {
        followers.push(world.bea().follow(transport, FEED, json!({ "after": after })).await);
    }
    world.opened().await;
    for follower in &mut followers {
        follower.take(2).await;
    }
    if store.backend() == Backend::Sqlite {
        store.begin_epoch(0, world.clock.now()).await.unwrap();
    } else {
        done(&output(&["new-epoch", "--database-url", &world.database.url()]));
    }
    for follower in &mut followers {
        let heard = timeout(Duration::from_secs(2), follower.hear()).await.expect("within two seconds");
        let Heard::Ended(ended) = heard else { panic!("{heard:?}") };
        assert_eq!(ended.code, "EPOCH_CHANGED");
        // Where it ended is a place of the log that was.
        let mut refused = world.bea().follow(Transport::Events, FEED, json!({ "after": ended.cursor })).await;
        assert_eq!(refused.error().await.0, "EPOCH_CHANGED");
    }
    let mut anew = world.bea().follow(Transport::WebSocket, FEED, json!({ "after": world.cursor().await })).await;
    let id = world.opened().await;
    assert_eq!(anew.next().await["conversation"]["id"], id);
}
