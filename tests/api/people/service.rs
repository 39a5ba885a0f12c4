//! Making and changing people and channels.

use chrono::TimeDelta;
use entity::enums::{AgentRole, ChannelKind, ChannelVisibility, Scope};
use entity::ids::{AgentId, ChannelId, CustomerId, TeamId};
use serde_json::json;
use switchboard::domain::actor::Actor;
use switchboard::domain::agent::{AgentEdit, NewAgent};
use switchboard::domain::channel::{ChannelEdit, NewChannel, PolicyEdit};
use switchboard::domain::customer::upsert::Upsert;
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::rejection::Code;
use switchboard::domain::team::{NewTeam, TeamEdit};
use switchboard::domain::token::{NewToken, TokenOwner};
use switchboard::service::agents::Maker;
use switchboard::service::credential::Credential;

use super::support::{House, agent, channel, in_a_house, is, refused, start, team};
use crate::support::both;

both!(in_a_house: unique_values_of_agents_are_taken_without_regard_to_case, a_change_that_changes_nothing_leaves_no_row, the_last_active_admin_cannot_be_demoted, unknown_members_and_taken_names_of_teams_are_refused, a_full_team_takes_no_new_agent, policies_default_by_kind_and_null_clears, a_restricted_channel_names_who_belongs_to_it, upserting_finds_by_key_merges_and_refuses_two_customers, a_token_proves_itself_until_it_is_revoked);

async fn unique_values_of_agents_are_taken_without_regard_to_case(house: &House) {
    house.agent("ada").await;
    let make = async |new: NewAgent| refused(house.service.create_agent(Maker::Itself, &new).await);
    is(&make(NewAgent { email: "x@example.org".into(), ..agent("ADA") }).await, Code::Taken, "handle");
    is(&make(NewAgent { email: "ADA@example.org".into(), ..agent("eve") }).await, Code::Taken, "email");
    is(&make(NewAgent { teams: vec![TeamId::new(start())], ..agent("eve") }).await, Code::NotFound, "teamIds");
    assert_eq!(house.rows().await, 1, "a refusal left a log row");
}

async fn a_change_that_changes_nothing_leaves_no_row(house: &House) {
    let id = house.agent("ada").await;
    let same = AgentEdit { handle: Some("Ada".into()), name: Some(" ADA ".into()), ..AgentEdit::default() };
    assert!(!house.service.update_agent(Actor::Clock, id, &same).await.unwrap().changed);
    let team = house.team("sales", &[id]).await;
    let same = TeamEdit { slug: Some("sales".into()), ..TeamEdit::default() };
    assert!(!house.service.update_team(Actor::Clock, team, &same).await.unwrap().changed);
    assert_eq!(house.rows().await, 2);
    let other = TeamEdit { name: Some("Sale".into()), ..TeamEdit::default() };
    assert!(house.service.update_team(Actor::Clock, team, &other).await.unwrap().changed);
    assert_eq!(house.rows().await, 3);
}

async fn the_last_active_admin_cannot_be_demoted(house: &House) {
    let (ada, demote) = (house.admin("ada").await, AgentEdit { role: Some(AgentRole::Agent), ..AgentEdit::default() });
    is(&refused(house.service.update_agent(Actor::Agent(ada), ada, &demote).await), Code::InUse, "role");
    let bob = house.admin("bob").await;
    assert!(house.service.update_agent(Actor::Agent(ada), ada, &demote).await.unwrap().changed);
    is(&refused(house.service.update_agent(Actor::Agent(ada), bob, &demote).await), Code::InUse, "role");
    assert!(!house.service.update_agent(Actor::Agent(ada), ada, &demote).await.unwrap().changed);
    let nobody = AgentId::new(start());
    is(&refused(house.service.update_agent(Actor::Agent(ada), nobody, &demote).await), Code::NotFound, "agentId");
}

async fn unknown_members_and_taken_names_of_teams_are_refused(house: &House) {
    house.team("sales", &[]).await;
    let make = async |new: NewTeam| refused(house.service.create_team(Actor::Clock, &new).await);
    is(&make(NewTeam { name: "Other".into(), ..team("sales") }).await, Code::Taken, "slug");
    is(&make(NewTeam { name: "Ｓales".into(), ..team("other") }).await, Code::Taken, "name");
    let nobody = vec![AgentId::new(start())];
    is(&make(NewTeam { members: nobody, ..team("other") }).await, Code::NotFound, "memberIds");
}

async fn a_full_team_takes_no_new_agent(house: &House) {
    let mut members = Vec::new();
    for n in 0..200 {
        members.push(house.agent(&format!("a{n}")).await);
    }
    let team = house.team("all", &members).await;
    let late = NewAgent { teams: vec![team], ..agent("late") };
    is(&refused(house.service.create_agent(Maker::Itself, &late).await), Code::LimitExceeded, "teamIds");
}

async fn policies_default_by_kind_and_null_clears(house: &House) {
    let mail = house.channel("Mail", ChannelKind::Email).await;
    let chat = house.channel("Chat", ChannelKind::Chat).await;
    let read = async |id: ChannelId| {
        let row = house.service.store.channels(&ChannelAccess::Only(vec![id])).await.unwrap().remove(0);
        (row.auto_close_after, row.auto_close_while_waiting, row.reopen_window)
    };
    assert_eq!(read(mail).await, (Some("P7D".into()), true, None));
    assert_eq!(read(chat).await, (None, true, Some("PT24H".into())));
    let policy = PolicyEdit { auto_close_after: Some(None), ..PolicyEdit::default() };
    let never = ChannelEdit { policy, ..ChannelEdit::default() };
    let update =
        async |id, edit: &ChannelEdit| house.service.update_channel(Actor::Clock, &ChannelAccess::All, id, edit).await;
    assert!(update(mail, &never).await.unwrap().changed);
    assert_eq!(read(mail).await, (None, true, None));
    assert!(!update(chat, &never).await.unwrap().changed);
    let renamed = ChannelEdit { name: Some("mail".into()), ..ChannelEdit::default() };
    is(&refused(update(chat, &renamed).await), Code::Taken, "name");
    let hidden = ChannelAccess::Except(vec![mail]);
    let unseen = house.service.update_channel(Actor::Clock, &hidden, mail, &never).await;
    is(&refused(unseen), Code::NotFound, "channelId");
}

async fn a_restricted_channel_names_who_belongs_to_it(house: &House) {
    let ada = house.agent("ada").await;
    let team = house.team("sales", &[ada]).await;
    let new = NewChannel {
        visibility: ChannelVisibility::Restricted,
        agents: vec![ada, ada],
        teams: vec![team],
        ..channel("VIP", ChannelKind::Email)
    };
    let id = house.service.create_channel(Actor::Clock, &new).await.unwrap().id;
    assert_eq!(house.service.store.channel_agents(&[id]).await.unwrap().len(), 1);
    assert_eq!(house.service.store.channel_teams(&[id]).await.unwrap().len(), 1);
    let unknown = NewChannel { name: "Other".into(), agents: vec![AgentId::new(start())], ..new };
    is(&refused(house.service.create_channel(Actor::Clock, &unknown).await), Code::NotFound, "agentIds");
}

async fn upserting_finds_by_key_merges_and_refuses_two_customers(house: &House) {
    let upsert = async |given: Upsert| house.service.upsert_customer(Actor::Clock, &given).await;
    let some = |text: &str| Some(Some(text.to_owned()));
    let attributes = |value: serde_json::Value| value.as_object().cloned();
    let grace = Upsert {
        email: some("Grace@example.org"),
        attributes: attributes(json!({"plan": "pro", "size": 3, "none": null})),
        ..Upsert::default()
    };
    let made = upsert(grace.clone()).await.unwrap();
    assert!(made.changed);
    let again = Upsert { email: some("Grace@example.org"), ..Upsert::default() };
    assert!(!upsert(again).await.unwrap().changed);
    let more = Upsert {
        email: some("grace@EXAMPLE.org"),
        phone: some("+49 1"),
        attributes: attributes(json!({"plan": null, "size": 4})),
        blocked: Some(true),
        ..Upsert::default()
    };
    let done = upsert(more).await.unwrap();
    assert_eq!((done.id, done.changed), (made.id, true));
    let row = house.service.store.customers_by_id(&[made.id]).await.unwrap().remove(&made.id).unwrap();
    assert_eq!((row.attributes.clone(), row.blocked), (json!({"size": 4}), true));
    assert_eq!(row.email.as_deref(), Some("grace@EXAMPLE.org"));
    let other = upsert(Upsert { external_id: some("u-1"), ..Upsert::default() }).await.unwrap();
    let both = Upsert { external_id: some("u-1"), phone: some("+49 1"), ..Upsert::default() };
    is(&refused(upsert(both).await), Code::Conflict, "phone");
    let cleared = Upsert { id: Some(other.id), external_id: Some(None), ..Upsert::default() };
    assert!(upsert(cleared).await.unwrap().changed);
    let unknown = Upsert { id: Some(CustomerId::new(start())), ..Upsert::default() };
    is(&refused(upsert(unknown).await), Code::NotFound, "id");
}

async fn a_token_proves_itself_until_it_is_revoked(house: &House) {
    let new = NewToken {
        name: "demo".into(),
        owner: TokenOwner::NewIntegration("Gateway".into()),
        scopes: [Scope::MessagesSend, Scope::ConversationsRead].into_iter().collect(),
        channels: None,
        expires_at: Some(start() + TimeDelta::days(1)),
    };
    let create = async |new: &NewToken| house.service.create_token(Actor::Clock, &ChannelAccess::All, new).await;
    let made = create(&new).await.unwrap();
    let credential = Credential::parse(&made.secret).unwrap();
    let row = house.service.store.present(credential.id).await.unwrap().unwrap();
    assert!(credential.matches(&row.secret_hash) && !row.dead);
    is(&refused(create(&new).await), Code::Taken, "owner.newIntegrationName");
    let orphan = NewToken { owner: TokenOwner::Agent(AgentId::new(start())), ..new.clone() };
    is(&refused(create(&orphan).await), Code::NotFound, "owner.agentId");
    let astray = NewToken { channels: Some(vec![ChannelId::new(start())]), ..new.clone() };
    is(&refused(create(&astray).await), Code::NotFound, "channelIds");
    let revoke = async || house.service.revoke_token(Actor::Clock, made.id).await.unwrap().changed;
    assert!(revoke().await);
    assert!(!revoke().await);
    assert!(house.service.store.present(credential.id).await.unwrap().unwrap().dead);
    let twin = NewToken { owner: TokenOwner::Integration(made.owner.1.unwrap()), ..new };
    create(&twin).await.unwrap();
    assert_eq!(house.service.revoke_tokens_named(Actor::Clock, "demo").await.unwrap(), 1);
}
