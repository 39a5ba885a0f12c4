//! What can be done, one file an action. Every mutation takes one argument, `input`, and says who, what, and answers; no rules.

mod act;
mod add_tags;
mod assign_conversation;
mod channel_policy;
mod close_conversation;
mod create_agent;
mod create_api_token;
mod create_channel;
mod create_tag;
mod create_team;
pub mod customer_ref;
mod delete_tag;
mod given;
pub mod receive_message;
mod remove_tags;
mod reopen_conversation;
mod reply;
mod report_delivery;
mod revoke_api_token;
mod set_priority;
mod set_up;
mod start_conversation;
mod update_agent;
mod update_channel;
mod update_conversation;
mod update_tag;
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
    add_tags::AddTags,
    remove_tags::RemoveTags,
    set_priority::SetPriority,
    close_conversation::CloseConversation,
    reopen_conversation::ReopenConversation,
    update_conversation::UpdateConversation,
    create_agent::CreateAgent,
    update_agent::UpdateAgent,
    create_team::CreateTeam,
    update_team::UpdateTeam,
    create_channel::CreateChannel,
    update_channel::UpdateChannel,
    upsert_customer::UpsertCustomer,
    create_tag::CreateTag,
    update_tag::UpdateTag,
    delete_tag::DeleteTag,
    create_api_token::CreateApiToken,
    revoke_api_token::RevokeApiToken,
);
