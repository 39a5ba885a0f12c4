//! Tickets and conversations are linked, N:M, and unlinked (semantics §11.2).

use serde_json::{Value, json};
use switchboard::domain::fact::Fact;

use crate::support::{World, both};

both!(
    many_conversations_on_a_ticket_and_many_tickets_on_a_conversation,
    linking_again_sets_whether_it_comes_back,
    unlinking_leaves_the_rest,
    what_is_hidden_is_like_what_is_unknown,
    linking_leaves_every_state_as_it_is,
    a_ticket_has_at_most_five_hundred_conversations,
    linking_counts_as_moving_on,
);

fn ends(ticket: &str, conversation: &str) -> Value {
    json!({ "ticketId": ticket, "conversationId": conversation })
}

async fn many_conversations_on_a_ticket_and_many_tickets_on_a_conversation(world: &World) {
    let (a, b) = (world.opened().await, world.closed().await);
    let (one, two) = (world.a_ticket("One").await, world.a_ticket("Two").await);
    for (ticket, conversation) in [(&one, &a), (&one, &b), (&two, &a)] {
        let linked = world.bea().mutate("linkTicket", ends(ticket, conversation)).await.changed();
        assert_eq!(linked.kinds(), ["TICKET_LINKED"]);
        assert_eq!((linked.text("ticket.id"), linked.conversation()), (ticket.clone(), conversation.clone()));
        assert_eq!(linked.get("entries.0.ticket.id"), &json!(ticket));
        assert_eq!(linked.get("entries.0.actor.displayName"), "bea");
        assert_eq!((linked.get("entries.0.fromStatus"), linked.get("entries.0.cause")), (&Value::Null, &Value::Null));
    }
    assert_eq!(world.linked(&one).await, [(a.clone(), false), (b, false)].into());
    assert_eq!(world.linked(&two).await, [(a.clone(), false)].into());
    assert_eq!(world.ada().timeline(&a).await, ["CREATED", "MESSAGE", "TICKET_LINKED", "TICKET_LINKED"]);
    assert_eq!(world.ticket_row(&one).await.version, 3, "each change is one log row");
}

async fn linking_again_sets_whether_it_comes_back(world: &World) {
    let id = world.opened().await;
    let ticket = world.ticket_of(&id).await;
    let version = async || world.ticket_row(&ticket).await.version;
    let bea = world.bea();
    let again = bea.mutate("linkTicket", ends(&ticket, &id)).await.unchanged();
    assert_eq!((again.text("ticket.id"), again.conversation(), version().await), (ticket.clone(), id.clone(), 2));
    let comes_back = |back: bool| json!({ "ticketId": ticket, "conversationId": id, "reopenOnResolve": back });
    for back in [true, false] {
        let set = bea.mutate("linkTicket", comes_back(back)).await.changed();
        assert_eq!(set.kinds(), ["TICKET_LINKED"]);
        assert_eq!(world.linked(&ticket).await, [(id.clone(), back)].into());
        bea.mutate("linkTicket", comes_back(back)).await.unchanged();
    }
    assert_eq!(version().await, 4);
    let log = world.ticket_log(&ticket).await;
    assert!(matches!(log[2], Fact::TicketLinkChanged { linked: true, reopen_on_resolve: true, .. }));
}

async fn unlinking_leaves_the_rest(world: &World) {
    let (a, b) = (world.opened().await, world.closed().await);
    let ticket = world.ticket_of(&a).await;
    world.link(&ticket, &b, true).await;
    let unlinked = world.bea().mutate("unlinkTicket", ends(&ticket, &a)).await.changed();
    assert_eq!((unlinked.kinds(), unlinked.conversation()), (vec!["TICKET_UNLINKED".to_owned()], a.clone()));
    world.bea().mutate("unlinkTicket", ends(&ticket, &a)).await.unchanged();
    assert_eq!(world.linked(&ticket).await, [(b, true)].into());
    let moved = world.resolve(&ticket).await;
    assert!(
        !moved.kinds().is_empty() && world.ada().timeline(&a).await.last().unwrap() == "TICKET_UNLINKED",
        "it hears no more"
    );
    world.bea().mutate("linkTicket", ends(&ticket, &a)).await.changed();
}

async fn what_is_hidden_is_like_what_is_unknown(world: &World) {
    let (hidden, open) = (world.hidden().await, world.opened().await);
    let ticket = world.a_ticket("Zip").await;
    world.dora().mutate("linkTicket", ends(&ticket, &hidden)).await.changed();
    for mutation in ["linkTicket", "unlinkTicket"] {
        for unseen in [hidden.as_str(), "conversation_01h455vb4pex5vsknk084sn02q", "nonsense"] {
            let refused = world.bea().mutate(mutation, ends(&ticket, unseen)).await;
            let refused = refused.refused("NOT_FOUND", "input.conversationId");
            assert_eq!(
                (refused.text("ticket.id"), refused.get("conversation")),
                (ticket.clone(), &Value::Null),
                "as it is"
            );
        }
        for unknown in ["ticket_01h455vb4pex5vsknk084sn02q", "nonsense", open.as_str()] {
            let refused =
                world.bea().mutate(mutation, ends(unknown, &open)).await.refused("NOT_FOUND", "input.ticketId");
            assert_eq!((refused.get("ticket"), refused.conversation()), (&Value::Null, open.clone()));
        }
    }
    assert_eq!(world.linked(&ticket).await, [(hidden, false)].into());
}

async fn linking_leaves_every_state_as_it_is(world: &World) {
    let [open, closed, asleep, spam] =
        [world.opened().await, world.closed().await, world.opened().await, world.spam().await];
    world.snooze(&asleep, json!({ "preset": "TOMORROW_MORNING" })).await;
    let ticket = world.a_ticket("Zip").await;
    world.resolve(&ticket).await;
    let notices = "{ notifications(first: 100) { nodes { id } } }";
    for (id, state) in [(open, "OPEN"), (closed, "CLOSED"), (asleep, "SNOOZED"), (spam, "SPAM")] {
        // Who would be told of anything that is told.
        world.assign(&id, &world.organisation().carl.id).await;
        let told = world.carl().query(notices, json!({})).await.ok().at("notifications.nodes").clone();
        // Also where the ticket is resolved already: only its resolution brings anything back.
        assert_eq!(world.link(&ticket, &id, true).await.get("conversation.state"), state);
        let unlinked = world.bea().mutate("unlinkTicket", ends(&ticket, &id)).await.changed();
        assert_eq!(unlinked.get("conversation.state"), state);
        let now = world.carl().query(notices, json!({})).await.ok();
        assert_eq!(now.at("notifications.nodes"), &told, "nobody is told");
    }
}

async fn a_ticket_has_at_most_five_hundred_conversations(world: &World) {
    let conversations = world.laden(&world.organisation().carl.id, 501).await;
    let ticket = world.a_ticket("Zip").await;
    world.link_all(&ticket, &conversations[..500], false).await;
    let last = conversations[500].to_string();
    world.bea().mutate("linkTicket", ends(&ticket, &last)).await.refused("LIMIT_EXCEEDED", "input.ticketId");
    // What is linked is no more.
    world.link(&ticket, &conversations[0].to_string(), true).await;
    world.bea().mutate("unlinkTicket", ends(&ticket, &conversations[1].to_string())).await.changed();
    world.bea().mutate("linkTicket", ends(&ticket, &last)).await.changed();
}

async fn linking_counts_as_moving_on(world: &World) {
    let id = world.opened().await;
    let seen = world.bea().conversation(&id).await["version"].clone();
    world.ticket_of(&id).await;
    let close = json!({ "conversationId": id, "expectedVersion": seen });
    world.bea().mutate("closeConversation", close).await.refused("CONFLICT", "input.expectedVersion");
}
