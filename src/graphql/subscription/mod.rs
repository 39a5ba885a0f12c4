//! What can be followed as it happens: in the log's order, without a gap, at least once.
//!
//! A resolver says what to follow when a subscription is opened, and is executed again for each thing that is delivered. Waiting,
//! judging and sending are none of its business.

mod conversations;
mod notifications;
pub mod stage;
mod tickets;
mod view;

use async_graphql::MergedSubscription;

/// Live streams. All of them tell in the log's order, without a gap, at least once: pass the last cursor you stored as `after` to go on
/// from there, on any node; without it they start now. EPOCH_CHANGED and CURSOR_AHEAD end a stream with an error: query again, then
/// follow on. Every other end that the client didn't ask for is an error with its code, and `extensions.cursor` from where to follow on.
#[derive(MergedSubscription, Default)]
pub struct Subscription(
    conversations::ConversationsSubscription,
    view::ViewSubscription,
    notifications::NotificationsSubscription,
    tickets::TicketsSubscription,
);
