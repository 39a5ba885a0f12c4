//! The command line (architecture §8): scripts rely on it.

use sea_orm::ConnectionTrait;
use serde_json::json;
use switchboard::store::Backend;

use crate::support::process::{Process, output};
use crate::support::{World, both};

both!(
    migrating_again_does_nothing,
    a_newer_schema_is_refused,
    a_second_server_on_one_file_is_refused,
    a_server_is_asked_whether_it_can_serve,
    admin_makes_an_admin_once_and_prints_a_token,
    a_stranger_is_not_made_admin_by_the_back_door,
);

async fn migrating_again_does_nothing(world: &World) {
    let head = world.app.service.store.head().await.unwrap();
    for _ in 0..2 {
        let done = output(&["migrate", "--database-url", &world.database.url()]);
        assert!(done.status.success(), "{done:?}");
    }
    assert_eq!(world.app.service.store.head().await.unwrap(), head);
    world.app.service.store.migrate().await.unwrap();
    world.app.service.store.check_schema().await.unwrap();
}

async fn a_newer_schema_is_refused(world: &World) {
    let rows = world.rows().await;
    rows.execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_from_the_future', 0)")
        .await
        .unwrap();
    rows.close().await.unwrap();
    let url = world.database.url();
    for command in [
        ["migrate", "--database-url", &url].as_slice(),
        &["serve", "--listen", "127.0.0.1:0", "--database-url", &url],
        &["check", "--database-url", &url],
    ] {
        let refused = output(command);
        assert!(!refused.status.success(), "{refused:?}");
        let why = String::from_utf8_lossy(&refused.stderr);
        assert!(why.contains("newer") && why.contains("m9999_from_the_future"), "{why}");
    }
}

async fn a_second_server_on_one_file_is_refused(world: &World) {
    if world.app.service.store.backend() == Backend::Postgres {
        return; // Many nodes share a server.
    }
    let url = world.database.url();
    let mut first = Process::serve(&url);
    let second = output(&["serve", "--listen", "127.0.0.1:0", "--database-url", &url]);
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("another server"), "{second:?}");
    // What belongs beside a running server works beside it.
    assert!(output(&["check", "--database-url", &url]).status.success());
    assert!(first.terminate().success());
    let mut third = Process::serve(&url);
    third.kill();
    // A killed server leaves nothing that would keep the next from starting.
    drop(Process::serve(&url));
}

async fn a_server_is_asked_whether_it_can_serve(world: &World) {
    let mut server = Process::serve(&world.database.url());
    let listen = server.base.strip_prefix("http://").unwrap().to_owned();
    let healthy = output(&["health", "--listen", &listen]);
    assert_eq!((healthy.status.code(), String::from_utf8_lossy(&healthy.stdout).as_ref()), (Some(0), "ready\n"));
    // As in a container, where it listens everywhere.
    let everywhere = format!("0.0.0.0:{}", listen.rsplit(':').next().unwrap());
    assert!(output(&["health", "--listen", &everywhere]).status.success());
    assert!(server.terminate().success());
    let gone = output(&["health", "--listen", &listen]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("no answer from"), "{gone:?}");
}

async fn admin_makes_an_admin_once_and_prints_a_token(world: &World) {
    let url = world.database.url();
    let server = Process::serve(&url);
    let mut seen = Vec::new();
    for _ in 0..2 {
        let made = output(&[
            "admin",
            "--handle",
            "eve",
            "--name",
            "Eve",
            "--email",
            "eve@example.org",
            "--database-url",
            &url,
        ]);
        assert!(made.status.success(), "{made:?}");
        let printed = String::from_utf8(made.stdout).unwrap();
        let token = printed.lines().last().unwrap();
        assert!(token.starts_with("swb_agent_") && !token.contains(char::is_whitespace), "{printed}");
        let document = "{ viewer { ... on Agent { id handle role } } viewerScopes }";
        let answer = world.client_at(&server.base, token).query(document, json!({})).await.ok();
        assert_eq!((answer.at("viewer.handle"), answer.at("viewer.role")), (&json!("eve"), &json!("ADMIN")));
        assert_eq!(answer.at("viewerScopes").as_array().unwrap().len(), 10);
        seen.push((token.to_owned(), answer.at("viewer.id").clone()));
    }
    assert_ne!(seen[0].0, seen[1].0, "a new token each time");
    assert_eq!(seen[0].1, seen[1].1, "one admin");
}

async fn a_stranger_is_not_made_admin_by_the_back_door(world: &World) {
    let url = world.database.url();
    let refused =
        output(&["admin", "--handle", "bea", "--name", "Bea", "--email", "bea@example.org", "--database-url", &url]);
    assert!(!refused.status.success());
    assert!(refused.stdout.is_empty(), "{refused:?}");
    let document = "{ viewer { ... on Agent { role } } }";
    assert_eq!(world.bea().query(document, json!({})).await.ok().at("viewer.role"), "AGENT");
}
