//! Small made-up houses: each breaks one rule, so that the check is seen to fail, or only seems to.

use std::collections::BTreeMap;

use crate::rules::House;

const MANIFEST: &str = "[package]\nname = \"switchboard\"\n[dependencies]\nentity = { path = \"entity\" }\n\
    migration = { path = \"migration\" }\nsea-orm.workspace = true\nasync-graphql = \"7\"\naxum = \"0.8\"\n\
    chrono.workspace = true\ntracing = \"0.1\"\nserde = \"1\"\n[dev-dependencies]\npgtemp = \"0.7\"\n";

/// The lines on which the one file breaks a rule.
fn broken(file: &str, code: &str) -> Vec<usize> {
    let text = format!("//! Doc.\n{code}");
    found(&[(file, &text)]).into_iter().map(|(_, line)| line).collect()
}

fn found(files: &[(&str, &str)]) -> Vec<(String, usize)> {
    let files: BTreeMap<_, _> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let violations = House::new(MANIFEST).check(&files);
    violations.into_iter().map(|violation| (violation.file, violation.line)).collect()
}

#[test]
fn only_the_store_and_the_wiring_name_the_database() {
    assert_eq!(broken("src/graphql/types.rs", "use sea_orm::EntityTrait;"), [2]);
    assert_eq!(broken("src/service/change.rs", "fn f() {\n    let x = sea_orm::Value::Int(None);\n}"), [3]);
    assert_eq!(broken("src/service/change.rs", "fn f(x: Vec<::sea_orm::Value>) {}"), [2]);
    assert_eq!(broken("src/http/health.rs", "use migration::Migrator;"), [2]);
    assert_eq!(broken("src/store/inbox.rs", "use sea_orm::EntityTrait;"), []);
    assert_eq!(broken("src/app.rs", "use migration::Migrator;"), []);
}

#[test]
fn rooms_name_only_the_rooms_below_them() {
    assert_eq!(broken("src/store/write.rs", "use crate::service::change;"), [2]);
    assert_eq!(broken("src/service/change.rs", "use crate::graphql::types;"), [2]);
    assert_eq!(broken("src/service/change.rs", "fn f() { crate::http::router() }"), [2]);
    assert_eq!(broken("src/service/change.rs", "use crate::{domain::Fact, store::Store};"), []);
    assert_eq!(broken("src/service/change.rs", "use crate::{\n    domain::Fact,\n    graphql::Schema,\n};"), [4]);
    assert_eq!(broken("src/store/write.rs", "use super::super::http::router;"), [2]);
    assert_eq!(broken("src/store/write.rs", "use super::inbox;\nuse self::parts::Part;"), []);
    assert_eq!(broken("src/store/mod.rs", "pub use super::graphql::Schema as S;"), [2]);
    assert_eq!(
        broken(
            "src/store/write.rs",
            "mod inner {\n    use super::super::inbox;\n    use super::super::super::http;\n}"
        ),
        [4]
    );
    assert_eq!(broken("src/cellar/wine.rs", ""), [1]);
}

#[test]
fn the_domain_is_pure() {
    assert_eq!(broken("src/domain/fact.rs", "use entity::conversation::Model;"), [2]);
    assert_eq!(broken("src/domain/fact.rs", "use entity::{\n    ids::AgentId,\n    team,\n};"), [4]);
    assert_eq!(broken("src/domain/fact.rs", "use crate::clock::Clock;"), [2]);
    assert_eq!(broken("src/domain/fact.rs", "fn f() { tracing::info!(\"x\") }"), [2]);
    let pure = "use std::fmt;\nuse chrono::{DateTime, Utc};\nuse entity::enums::Status;\nuse crate::domain::State;\nuse super::Change;";
    assert_eq!(broken("src/domain/fact.rs", pure), []);
}

#[test]
fn one_clock_one_door_no_panics_no_counting() {
    assert_eq!(broken("src/service/a.rs", "fn f() { let t = chrono::Utc::now(); }"), [2]);
    assert_eq!(broken("src/clock.rs", "fn f() { let t = chrono::Utc::now(); }"), []);
    assert_eq!(broken("src/store/inbox.rs", "fn f() { db\n.begin().await }"), [3]);
    assert_eq!(broken("src/store/a.rs", "fn f() { db.begin_with_options(x); message.begin(x); }"), [2]);
    assert_eq!(broken("src/store/write.rs", "fn f() { db.begin_with_options(x).await }"), []);
    assert_eq!(broken("src/store/inbox.rs", "fn f() { q.offset(20); time.offset(); }"), [2]);
    assert_eq!(
        broken("src/app.rs", "fn f() { x.unwrap(); }\nfn g() { y.expect(\"z\"); }\nfn h() { panic!() }"),
        [2, 3, 4]
    );
    assert_eq!(broken("src/app.rs", "fn f() { list.map(Option::unwrap) }"), [2]);
    assert_eq!(
        broken("src/app.rs", "fn f() { x.unwrap_or(1); y.expect_err(2); }\n#[expect(dead_code)]\nfn g() {}"),
        []
    );
    assert_eq!(broken("entity/src/ids.rs", "fn f() { x.unwrap(); }"), [2]);
}

#[test]
fn comments_literals_and_test_code_do_not_count() {
    let code = "// use sea_orm::X; x.unwrap()\n/* /* panic!() */ .begin() */\nconst A: &str = \"use sea_orm::X; \\\" panic!()\";\n\
        const B: &str = r#\"Utc::now() \" \"#;\nconst C: char = '\"'; fn f<'a>(x: &'a str) {}\nconst D: &[u8] = b\"panic!()\";\n\
        #[cfg(test)]\nmod tests {\n    use sea_orm::X;\n    fn f() { x.unwrap(); }\n}\nfn g() { x.unwrap(); }";
    assert_eq!(broken("src/service/a.rs", code), [13]);
}

#[test]
fn a_module_declared_for_tests_only_is_test_code_in_its_own_file_too() {
    const PANICS: &str = "//! Doc.\nfn f() { x.unwrap(); }";
    let explorer = "//! Doc.\n#[cfg(test)]\nmod tests;\n";
    let html = "//! Doc.\n#[cfg(test)]\n#[path = \"html_tests.rs\"]\nmod tests;\n";
    let files = [
        ("src/http/explorer.rs", explorer),
        ("src/http/explorer/tests.rs", PANICS),
        ("src/http/explorer/page.rs", PANICS),
        ("src/service/html.rs", html),
        ("src/service/html_tests.rs", PANICS),
    ];
    assert_eq!(found(&files), [("src/http/explorer/page.rs".to_owned(), 2)]);
}

#[test]
fn every_file_says_what_it_owns() {
    assert_eq!(found(&[("entity/src/team.rs", "use std::fmt;")]), [("entity/src/team.rs".to_owned(), 1)]);
    assert_eq!(found(&[("src/store/a.rs", "// no doc\n//! late")]), [("src/store/a.rs".to_owned(), 1)]);
}
