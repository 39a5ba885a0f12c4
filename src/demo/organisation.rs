//! Who works at the demo shop, how customers reach it, and what happens by itself.

use std::collections::HashMap;

use chrono::TimeDelta;
use entity::enums::{AgentRole, AutoAssignment, ChannelKind, ChannelVisibility};
use entity::ids::{AgentId, ChannelId, TagId, TeamId};

use super::{macros, workflows};
use crate::automation::Spelling;
use crate::clock::ManualClock;
use crate::domain::actor::Actor;
use crate::domain::agent::NewAgent;
use crate::domain::channel::{NewChannel, PolicyEdit};
use crate::domain::tag::NewTag;
use crate::domain::team::NewTeam;
use crate::error::Result;
use crate::service::Service;
use crate::service::agents::Maker;

/// The shop's people, teams, channels and tags by the names the script uses.
pub(super) struct Organisation {
    pub agents: HashMap<&'static str, (AgentId, AgentRole)>,
    pub teams: HashMap<&'static str, TeamId>,
    pub channels: HashMap<&'static str, ChannelId>,
    pub tags: HashMap<&'static str, TagId>,
}

/// Handle, name, time zone, role.
const AGENTS: [(&str, &str, &str, AgentRole); 8] = [
    ("ada", "Ada Lindqvist", "Europe/Stockholm", AgentRole::Admin),
    ("ben", "Ben Okafor", "Europe/London", AgentRole::Agent),
    ("chloe", "Chloé Martin", "Europe/Paris", AgentRole::Agent),
    ("dev", "Dev Raman", "Asia/Kolkata", AgentRole::Agent),
    ("elif", "Elif Kaya", "Europe/Istanbul", AgentRole::Agent),
    ("femi", "Femi Adeyemi", "Africa/Lagos", AgentRole::Agent),
    ("grace", "Grace Tan", "Asia/Singapore", AgentRole::Agent),
    ("hugo", "Hugo Silva", "America/Sao_Paulo", AgentRole::Agent),
];

/// Slug, name, how it hands out, members.
const TEAMS: [(&str, &str, AutoAssignment, &[&str]); 3] = [
    ("support", "Customer Support", AutoAssignment::Off, &["ada", "ben", "chloe", "dev", "femi"]),
    ("billing", "Billing", AutoAssignment::Off, &["elif", "grace"]),
    ("returns", "Returns & Warranty", AutoAssignment::RoundRobin, &["chloe", "hugo"]),
];

/// Name, colour, what it is for.
const TAGS: [(&str, &str, &str); 6] = [
    ("Delivery", "#2f6fde", "Where is it, when does it come, can it go elsewhere?"),
    ("Warranty", "#c2571a", "Something broke that shouldn't have."),
    ("Advice", "#3a8f4d", "Which size, which model, how warm?"),
    ("Invoice", "#7a52c7", "Invoices, payments, refunds."),
    ("Guide programme", "#0f8a8a", "Mountain guides and schools."),
    ("Waiting for supplier", "#8a6d0f", "We can't answer before somebody else does."),
];

/// Name, kind, address, the team it is restricted to.
const CHANNELS: [(&str, ChannelKind, &str, Option<&str>); 3] = [
    ("Support mail", ChannelKind::Email, "support@alder-and-pine.example", None),
    ("Shop chat", ChannelKind::Chat, "https://alder-and-pine.example", None),
    ("Billing mail", ChannelKind::Email, "billing@alder-and-pine.example", Some("billing")),
];

/// Founds it; each agent comes a second after the one before, so that their ids tell who is the eldest.
pub(super) async fn found(service: &Service, clock: &ManualClock, spelling: Spelling) -> Result<Organisation> {
    let mut shop =
        Organisation { agents: HashMap::new(), teams: HashMap::new(), channels: HashMap::new(), tags: HashMap::new() };
    let mut maker = Maker::Itself;
    for (handle, name, time_zone, role) in AGENTS {
        let new = NewAgent {
            handle: handle.to_owned(),
            name: name.to_owned(),
            email: format!("{handle}@alder-and-pine.example"),
            role,
            time_zone: time_zone.to_owned(),
            capacity: None,
            teams: Vec::new(),
        };
        let made = service.create_agent(maker, &new).await?;
        if let Maker::Itself = maker {
            maker = Maker::Other(Actor::Agent(made.id));
        }
        shop.agents.insert(handle, (made.id, role));
        clock.advance(TimeDelta::seconds(1));
    }
    let Maker::Other(ada) = maker else { return Ok(shop) };
    for (slug, name, auto_assignment, members) in TEAMS {
        let members = members.iter().filter_map(|handle| shop.agents.get(handle)).map(|(id, _)| *id).collect();
        let new = NewTeam { slug: slug.to_owned(), name: name.to_owned(), auto_assignment, members };
        shop.teams.insert(slug, service.create_team(ada, &new).await?.id);
    }
    for (name, kind, address, only) in CHANNELS {
        let new = NewChannel {
            name: name.to_owned(),
            kind,
            address: Some(address.to_owned()),
            visibility: if only.is_some() { ChannelVisibility::Restricted } else { ChannelVisibility::Everyone },
            agents: Vec::new(),
            teams: only.and_then(|slug| shop.teams.get(slug)).copied().into_iter().collect(),
            policy: PolicyEdit::default(),
        };
        shop.channels.insert(name, service.create_channel(ada, &new).await?.id);
    }
    for (name, color, description) in TAGS {
        let (color, description) = (Some(color.to_owned()), Some(description.to_owned()));
        let new = NewTag { name: name.to_owned(), color, description };
        shop.tags.insert(name, service.create_tag(ada, &new).await?.id);
    }
    macros::save(service, spelling, ada, &shop).await?;
    workflows::set_up(service, spelling, ada, &shop).await?;
    Ok(shop)
}
