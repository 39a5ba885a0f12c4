//! The ways in which somebody gains a channel and loses it.

use serde_json::json;

use crate::support::World;

/// How Bea comes to see a channel, and no longer.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    Named,
    Member,
    HerTeam,
    Everybody,
    Admin,
}

impl Way {
    pub const ALL: [Self; 5] = [Self::Named, Self::Member, Self::HerTeam, Self::Everybody, Self::Admin];

    pub fn channel(self, world: &World) -> &str {
        let organisation = world.organisation();
        if matches!(self, Self::Everybody) { &organisation.mail } else { &organisation.vip }
    }

    pub async fn sees(self, world: &World, sees: bool) {
        let organisation = world.organisation();
        let (bea, dora) = (&organisation.bea.id, &organisation.dora.id);
        let (mutation, input) = match self {
            Self::Named => {
                let agents = if sees { vec![bea] } else { vec![] };
                ("updateChannel", json!({ "channelId": organisation.vip, "agentIds": agents }))
            }
            Self::Member => {
                let members = if sees { vec![dora, bea] } else { vec![dora] };
                ("updateTeam", json!({ "teamId": organisation.billing, "memberIds": members }))
            }
            Self::HerTeam => {
                let billing = &organisation.billing;
                let teams = if sees { vec![billing, &organisation.support] } else { vec![billing] };
                ("updateChannel", json!({ "channelId": organisation.vip, "teamIds": teams }))
            }
            Self::Everybody => {
                let visibility = if sees { "EVERYONE" } else { "RESTRICTED" };
                ("updateChannel", json!({ "channelId": organisation.mail, "visibility": visibility }))
            }
            Self::Admin => ("updateAgent", json!({ "agentId": bea, "role": if sees { "ADMIN" } else { "AGENT" } })),
        };
        world.ada().mutate(mutation, input).await.ok();
    }
}
