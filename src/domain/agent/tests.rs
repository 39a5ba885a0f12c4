//! What agents must have, and who may change which part of them.

use entity::enums::Scope;
use entity::ids::{IntegrationId, TokenId};

use super::*;
use crate::domain::permission::ChannelAccess;
use crate::domain::rejection::Code;

fn ada() -> NewAgent {
    NewAgent {
        handle: "Ada".into(),
        name: " Ada ".into(),
        email: "ada@example.org".into(),
        role: AgentRole::Agent,
        time_zone: "UTC".into(),
        capacity: Some(0),
        teams: vec![],
    }
}

fn viewer(principal: Principal, scopes: &[Scope]) -> Viewer {
    let token = TokenId::new(chrono::DateTime::UNIX_EPOCH);
    let scopes = scopes.iter().copied().collect();
    Viewer { principal, token, scopes, channels: ChannelAccess::All, time_zone: "UTC".into() }
}

#[test]
fn a_new_agent_is_trimmed_and_folded() {
    let agent = ada().checked().unwrap();
    assert_eq!((agent.handle.as_str(), agent.name.as_str()), ("ada", "Ada"));
}

#[test]
fn a_new_agent_needs_sound_fields() {
    type Spoil = fn(&mut NewAgent);
    let cases: [(Spoil, Code, &str); 5] = [
        (|agent| agent.name = " ".into(), Code::Required, "name"),
        (|agent| agent.name = "x".repeat(256), Code::TooLong, "name"),
        (|agent| agent.email = "ada".into(), Code::Invalid, "email"),
        (|agent| agent.capacity = Some(-1), Code::Invalid, "capacity"),
        (|agent| agent.handle = "a\0".into(), Code::Invalid, "handle"),
    ];
    for (spoil, code, field) in cases {
        let mut agent = ada();
        spoil(&mut agent);
        let refused = agent.checked().unwrap_err();
        assert_eq!((refused.code, refused.field), (code, vec![field.to_owned()]));
    }
}

#[test]
fn agents_change_their_own_name_time_zone_and_availability() {
    let id = AgentId::new(chrono::DateTime::UNIX_EPOCH);
    let own = AgentEdit {
        name: Some("Ada".into()),
        time_zone: Some("UTC".into()),
        availability: Some(Availability::Away),
        ..AgentEdit::default()
    };
    let role = AgentEdit { role: Some(AgentRole::Admin), ..AgentEdit::default() };
    let agent = viewer(Principal::Agent { id, role: AgentRole::Agent }, &[]);
    assert_eq!(own.permit(&agent, id), Ok(()));
    let Err(Denied::Role(refused)) = role.permit(&agent, id) else { panic!("an agent made themselves admin") };
    assert_eq!((refused.code, refused.field), (Code::Forbidden, vec!["role".to_owned()]));
    let other = AgentId::new(chrono::DateTime::UNIX_EPOCH);
    assert_eq!(own.permit(&agent, other), Err(Denied::Scope(Scope::Admin)));
}

#[test]
fn admins_change_everything_if_their_token_may() {
    let id = AgentId::new(chrono::DateTime::UNIX_EPOCH);
    let role = AgentEdit { role: Some(AgentRole::Agent), ..AgentEdit::default() };
    let admin = Principal::Agent { id, role: AgentRole::Admin };
    assert_eq!(role.permit(&viewer(admin, &[Scope::Admin]), id), Ok(()));
    assert_eq!(role.permit(&viewer(admin, &[]), id), Err(Denied::Scope(Scope::Admin)));
    let machine = Principal::Integration { id: IntegrationId::new(chrono::DateTime::UNIX_EPOCH) };
    assert_eq!(role.permit(&viewer(machine, &[Scope::Admin]), id), Ok(()));
}
