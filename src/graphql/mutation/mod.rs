//! What can be done, one file an action. Every mutation takes one argument, `input`, and says who, what, and answers; no rules.

mod act;
mod assign_conversation;
mod channel_policy;
mod close_conversation;
mod create_agent;
mod create_api_token;
mod create_channel;
mod create_team;
pub mod customer_ref;
mod deactivate_agent;
mod delete_team;
mod given;
mod mark_as_spam;
mod reactivate_agent;
pub mod receive_message;
mod reopen_conversation;
mod reply;
mod report_delivery;
mod restore_from_spam;
mod revoke_api_token;
mod set_up;
mod start_conversation;
mod update_agent;
mod update_channel;
mod update_conversation;
mod update_team;
mod upsert_customer;

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
    mark_as_spam::MarkAsSpam,
    restore_from_spam::RestoreFromSpam,
    create_agent::CreateAgent,
    update_agent::UpdateAgent,
    deactivate_agent::DeactivateAgent,
    reactivate_agent::ReactivateAgent,
    create_team::CreateTeam,
    update_team::UpdateTeam,
    delete_team::DeleteTeam,
    create_channel::CreateChannel,
    update_channel::UpdateChannel,
    upsert_customer::UpsertCustomer,
    create_api_token::CreateApiToken,
    revoke_api_token::RevokeApiToken,
);
