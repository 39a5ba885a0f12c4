//! What can be asked, one file a screen.

mod changes;
mod conversations;
mod customers;
mod history;
mod inbox;
mod macros;
mod node;
mod notifications;
mod people;
mod routing;
mod snooze_presets;
mod tags;
mod ticket_changes;
mod tickets;
mod tokens;
mod viewer;
mod workflows;

use async_graphql::MergedObject;

/// The root of all queries. What the viewer may not see does not exist: it is null, or missing in a list.
#[derive(MergedObject, Default)]
pub struct Query(
    viewer::ViewerQuery,
    node::NodeQuery,
    inbox::InboxQuery,
    history::HistoryQuery,
    conversations::ConversationsQuery,
    changes::ChangesQuery,
    tickets::TicketsQuery,
    routing::RoutingQuery,
    customers::CustomersQuery,
    people::PeopleQuery,
    tags::TagsQuery,
    macros::MacrosQuery,
    workflows::WorkflowsQuery,
    snooze_presets::SnoozePresetsQuery,
    tokens::TokensQuery,
    notifications::NotificationsQuery,
);
