//! What can be done, one file an action. Every mutation takes one argument, `input`, and says who, what, and answers; no rules.

mod act;
mod assign_conversation;
mod close_conversation;
pub mod customer_ref;
pub mod receive_message;
mod reopen_conversation;
mod reply;
mod report_delivery;
mod start_conversation;
mod update_conversation;

use async_graphql::MergedObject;

/// The root of all mutations. Each takes exactly one argument, `input`, and answers the object as it now is, whether anything changed,
/// and why it was refused. Several mutations of one document run one after another, each for itself.
#[derive(MergedObject, Default)]
pub struct Mutation(
    receive_message::ReceiveMessage,
    start_conversation::StartConversation,
    reply::ReplyToConversation,
    report_delivery::ReportMessageDelivery,
    assign_conversation::AssignConversation,
    close_conversation::CloseConversation,
    reopen_conversation::ReopenConversation,
    update_conversation::UpdateConversation,
);
