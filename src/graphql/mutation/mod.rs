//! What can be done, one file an action. Every mutation takes one argument, `input`, and says who, what, and answers; no rules.

mod act;
mod add_followers;
mod add_note;
mod add_tags;
mod apply_actions;
mod assign_conversation;
mod bulk_apply_actions;
mod channel_policy;
mod close_conversation;
pub mod conversation_action;
mod create_agent;
mod create_api_token;
mod create_channel;
mod create_macro;
mod create_tag;
mod create_team;
mod create_ticket;
pub mod customer_ref;
mod deactivate_agent;
mod delete_macro;
mod delete_note;
mod delete_tag;
mod delete_team;
mod edit_note;
mod follow_conversation;
mod given;
mod link_conversations;
mod link_ticket;
mod mark_as_spam;
mod mark_conversation_read;
mod mark_conversation_unread;
mod mark_notifications_read;
mod note_text;
mod reactivate_agent;
pub mod receive_message;
mod remove_followers;
mod remove_tags;
mod reopen_conversation;
mod reply;
mod report_delivery;
mod restore_from_spam;
mod revoke_api_token;
mod set_priority;
mod set_up;
mod snooze_conversation;
pub mod snooze_until;
mod start_conversation;
pub mod ticket_input;
mod unfollow_conversation;
mod unlink_conversations;
mod unlink_ticket;
mod update_agent;
mod update_channel;
mod update_conversation;
mod update_macro;
mod update_tag;
mod update_team;
mod update_ticket;
mod upsert_customer;
mod wake_conversation;
pub mod workflow_condition;

use async_graphql::MergedObject;

/// The root of all mutations. Each takes exactly one argument, `input`, and answers the object as it now is, whether anything changed,
/// and why it was refused. Several mutations of one document run one after another, each for itself.
#[derive(MergedObject, Default)]
pub struct Mutation(Messages, Managing, Several, Tickets, Notes, Following, People, SetUp);

// In groups, because each object lies within the ones before it: a single row of forty fills a thread's stack.

/// What customers and the team write to each other.
#[derive(MergedObject, Default)]
pub struct Messages(
    receive_message::ReceiveMessage,
    start_conversation::StartConversation,
    reply::ReplyToConversation,
    report_delivery::ReportMessageDelivery,
);

/// Managing a conversation.
#[derive(MergedObject, Default)]
pub struct Managing(
    assign_conversation::AssignConversation,
    add_tags::AddTags,
    remove_tags::RemoveTags,
    set_priority::SetPriority,
    snooze_conversation::SnoozeConversation,
    wake_conversation::WakeConversation,
    mark_as_spam::MarkAsSpam,
    restore_from_spam::RestoreFromSpam,
    close_conversation::CloseConversation,
    reopen_conversation::ReopenConversation,
    update_conversation::UpdateConversation,
    link_conversations::LinkConversations,
    unlink_conversations::UnlinkConversations,
);

/// Several actions, on one conversation and on many, and the lists of them that are kept.
#[derive(MergedObject, Default)]
pub struct Several(
    apply_actions::ApplyActions,
    bulk_apply_actions::BulkApplyActions,
    create_macro::CreateMacro,
    update_macro::UpdateMacro,
    delete_macro::DeleteMacro,
);

/// Tickets, and what they are about.
#[derive(MergedObject, Default)]
pub struct Tickets(
    create_ticket::CreateTicket,
    update_ticket::UpdateTicket,
    link_ticket::LinkTicket,
    unlink_ticket::UnlinkTicket,
);

/// What the team writes to itself.
#[derive(MergedObject, Default)]
pub struct Notes(add_note::AddInternalNote, edit_note::EditInternalNote, delete_note::DeleteInternalNote);

/// Who follows, and what they have read.
#[derive(MergedObject, Default)]
pub struct Following(
    follow_conversation::FollowConversation,
    unfollow_conversation::UnfollowConversation,
    add_followers::AddFollowers,
    remove_followers::RemoveFollowers,
    mark_conversation_read::MarkConversationRead,
    mark_conversation_unread::MarkConversationUnread,
    mark_notifications_read::MarkNotificationsRead,
);

/// Agents, teams and the channels they see.
#[derive(MergedObject, Default)]
pub struct People(
    create_agent::CreateAgent,
    update_agent::UpdateAgent,
    deactivate_agent::DeactivateAgent,
    reactivate_agent::ReactivateAgent,
    create_team::CreateTeam,
    update_team::UpdateTeam,
    delete_team::DeleteTeam,
    create_channel::CreateChannel,
    update_channel::UpdateChannel,
);

/// Customers, tags and tokens.
#[derive(MergedObject, Default)]
pub struct SetUp(
    upsert_customer::UpsertCustomer,
    create_tag::CreateTag,
    update_tag::UpdateTag,
    delete_tag::DeleteTag,
    create_api_token::CreateApiToken,
    revoke_api_token::RevokeApiToken,
);
