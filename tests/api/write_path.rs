//! The write path by itself, below HTTP: many at once on few rows.

use entity::ids::{AgentId, ChannelId, ConversationId};
use futures_util::future::join_all;
use switchboard::domain::action::Action;
use switchboard::domain::action::assign::Assign;
use switchboard::domain::action::reply::{Reply, Then};
use switchboard::domain::customer::CustomerRef;
use switchboard::domain::permission::Viewer;
use switchboard::error::Error;
use switchboard::service::change::{Changed, Command};
use switchboard::service::credential::Credential;
use switchboard::service::receive::Incoming;

use crate::support::{World, both};

both!(sixteen_at_once_make_one_conversation, any_actions_at_once_lose_nothing);

async fn sixteen_at_once_make_one_conversation(world: &World) {
    let viewer = viewer(world, &world.organisation().gateway.token).await;
    for visitor in ["visitor-1", "visitor-2"] {
        let messages = (0..16).map(|at| chat(world, visitor, &format!("message {at}")));
        let messages: Vec<Incoming> = messages.collect();
        let service = &world.app.service;
        let received = join_all(messages.iter().map(|message| service.receive(&viewer, message, None))).await;
        let received: Vec<Changed> = received.into_iter().map(Result::unwrap).collect();
        assert!(received.iter().all(|one| one.conversation == received[0].conversation));
        assert_eq!(received.iter().map(|one| one.events.len()).sum::<usize>(), 17);
    }
}

async fn any_actions_at_once_lose_nothing(world: &World) {
    let gateway = viewer(world, &world.organisation().gateway.token).await;
    let ada = viewer(world, &world.organisation().ada.token).await;
    let service = &world.app.service;
    let id = service.receive(&gateway, &chat(world, "visitor-1", "Hello"), None).await.unwrap().conversation;
    let (bea, carl) = (agent(&world.organisation().bea.id), agent(&world.organisation().carl.id));
    let assign = |agent| Action::Assign(Assign { agent: Some(Some(agent)), team: None, only_if_unassigned: false });
    let mut all = Vec::new();
    for round in 0..4 {
        let reply = Reply { text: format!("reply {round}"), html: String::new(), then: Some(Then::Close) };
        for action in [Action::Reply(reply), assign(bea), Action::Close, Action::Reopen, assign(carl)] {
            all.push(change(world, &ada, id, action));
        }
    }
    let messages: Vec<Incoming> = (0..16).map(|at| chat(world, "visitor-1", &format!("message {at}"))).collect();
    let receiving = join_all(messages.iter().map(|message| service.receive(&gateway, message, None)));
    let (changed, received) = futures_util::future::join(join_all(all), receiving).await;
    for outcome in changed {
        outcome.unwrap();
    }
    assert!(received.into_iter().map(Result::unwrap).all(|one| one.conversation == id && one.message.is_some()));
}

async fn change(
    world: &World,
    viewer: &Viewer,
    conversation: ConversationId,
    action: Action,
) -> Result<Changed, Error> {
    let command = Command { conversation, actions: &[action], listed: false, expected_version: None, key: None };
    world.app.service.change(viewer, command).await
}

/// Whom a token stood for when it was read.
pub async fn viewer(world: &World, token: &str) -> Viewer {
    let credential = Credential::parse(token).unwrap();
    world.app.service.store.present(credential.id).await.unwrap().unwrap().viewer
}

fn agent(id: &str) -> AgentId {
    AgentId::parse(id).unwrap()
}

fn chat(world: &World, visitor: &str, text: &str) -> Incoming {
    Incoming {
        channel: ChannelId::parse(&world.organisation().chat).unwrap(),
        customer: CustomerRef { external_id: Some(visitor.to_owned()), ..CustomerRef::default() },
        subject: None,
        text: text.to_owned(),
        html: None,
        external_id: None,
        in_reply_to: Vec::new(),
        automatic: false,
    }
}
