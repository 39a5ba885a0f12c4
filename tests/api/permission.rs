//! Who may do what (semantics §9): the whole matrix as a table that people review, generated from the enums.

use entity::enums::{AgentRole, Scope};
use entity::ids::{AgentId, ChannelId, IntegrationId, TokenId};
use switchboard::domain::permission::{ChannelAccess, Denied, Operation, Principal, Viewer};
use switchboard::domain::scope_set::ScopeSet;

use crate::support::organisation::{EVERYTHING, opening};
use crate::support::snapshot::{aligned, matches, spelled};

#[test]
fn every_operation_meets_every_role_and_scope() {
    let header = ["operation", "principal", "with every scope", "without scopes", "the scope it needs"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for operation in Operation::ALL {
        for (name, principal) in principals() {
            let outcome = |scopes: &[Scope]| {
                let viewer = Viewer { principal, scopes: scopes.iter().copied().collect(), ..anybody() };
                match viewer.permit(operation) {
                    Ok(()) => "allowed".to_owned(),
                    Err(Denied::Scope(_)) => "top-level FORBIDDEN".to_owned(),
                    Err(Denied::Role(rejection)) => format!("refused {}", spelled(rejection.code)),
                }
            };
            let without = |scope: Scope| EVERYTHING.into_iter().filter(|other| *other != scope).collect::<Vec<_>>();
            let needed: Vec<Scope> =
                EVERYTHING.into_iter().filter(|scope| outcome(&without(*scope)) == "top-level FORBIDDEN").collect();
            assert_eq!(outcome(&needed), outcome(&EVERYTHING), "no other scope makes a difference");
            let needed = needed.iter().map(spelled).collect::<Vec<_>>().join(" ");
            rows.push(vec![spelled(operation), name.to_owned(), outcome(&EVERYTHING), outcome(&[]), needed]);
        }
    }
    matches("permission.txt", &aligned(&rows));
}

#[test]
fn an_agents_token_has_at_most_what_the_role_allows() {
    for (name, principal) in principals() {
        for scope in EVERYTHING {
            let viewer = Viewer { principal, scopes: EVERYTHING.into_iter().collect(), ..anybody() };
            let beyond = matches!(scope, Scope::Admin | Scope::MessagesReceive) && name == "agent";
            assert_eq!(viewer.has(scope), !beyond, "{scope:?} of {name}");
            let without: ScopeSet = EVERYTHING.into_iter().filter(|other| *other != scope).collect();
            assert!(!Viewer { scopes: without, ..viewer }.has(scope), "{scope:?} of {name}");
        }
    }
}

#[test]
fn a_hidden_channel_is_seen_by_nobody_it_is_hidden_from() {
    let [one, other] = [ChannelId::new(opening()), ChannelId::new(opening())];
    for (access, sees_one, sees_other) in [
        (ChannelAccess::All, true, true),
        (ChannelAccess::Except(vec![one]), false, true),
        (ChannelAccess::Except(vec![]), true, true),
        (ChannelAccess::Only(vec![one]), true, false),
        (ChannelAccess::Only(vec![]), false, false),
    ] {
        assert_eq!((access.sees(one), access.sees(other)), (sees_one, sees_other), "{access:?}");
    }
}

fn principals() -> [(&'static str, Principal); 3] {
    let id = AgentId::new(opening());
    [
        ("admin", Principal::Agent { id, role: AgentRole::Admin }),
        ("agent", Principal::Agent { id, role: AgentRole::Agent }),
        ("integration", Principal::Integration { id: IntegrationId::new(opening()) }),
    ]
}

fn anybody() -> Viewer {
    Viewer {
        principal: Principal::Integration { id: IntegrationId::new(opening()) },
        token: TokenId::new(opening()),
        scopes: ScopeSet::default(),
        channels: ChannelAccess::All,
        time_zone: "UTC".to_owned(),
    }
}
