//! How ids are stored: 16 bytes, on both databases, also as keys and when absent.

#![allow(clippy::unwrap_used)]

use entity::ids::{AgentId, TeamId};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, Database, DbBackend, EntityTrait, Schema, Statement, entity::prelude::*,
};

mod member {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "member")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AgentId,
        pub team_id: Option<TeamId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test(flavor = "current_thread")]
async fn ids_are_sixteen_bytes_on_sqlite() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    db.execute(&Schema::new(DbBackend::Sqlite).create_table_from_entity(member::Entity)).await.unwrap();

    let at = "2026-01-02T03:04:05Z".parse().unwrap();
    let (id, team) = (AgentId::new(at), TeamId::new(at));
    member::ActiveModel { id: Set(id), team_id: Set(Some(team)) }.insert(&db).await.unwrap();
    member::ActiveModel { id: Set(AgentId::new(at)), team_id: Set(None) }.insert(&db).await.unwrap();

    let found = member::Entity::find_by_id(id).one(&db).await.unwrap().unwrap();
    assert_eq!(found, member::Model { id, team_id: Some(team) });
    let teamless = member::Entity::find().filter(member::Column::TeamId.is_null()).all(&db).await.unwrap();
    assert_eq!(teamless.len(), 1);

    let sql = "SELECT typeof(id) || length(id) || typeof(team_id) || length(team_id) AS stored FROM member WHERE team_id IS NOT NULL";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap().unwrap();
    assert_eq!(row.try_get::<String>("", "stored").unwrap(), "blob16blob16");
}

#[test]
fn ids_are_native_uuids_on_postgres() {
    let table = Schema::new(DbBackend::Postgres).create_table_from_entity(member::Entity);
    let sql = DbBackend::Postgres.build(&table).to_string();
    assert!(sql.contains(r#""id" uuid NOT NULL"#), "{sql}");
    assert!(sql.contains(r#""team_id" uuid"#), "{sql}");
}
