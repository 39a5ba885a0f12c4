//! The sizes of everything a caller may hand in (semantics §13.6).

/// Characters of a subject.
pub const SUBJECT: usize = 255;
/// Characters of a message's or note's text.
pub const TEXT: usize = 65_536;
/// Characters of a message's HTML; longer is dropped and the text kept.
pub const HTML: usize = 131_072;
/// Characters of a name, handle, slug, address or e-mail.
pub const NAME: usize = 255;
/// Characters of an external id.
pub const EXTERNAL_ID: usize = 1_000;
/// Bytes of an external id or a folded name: a longer one can't be a key on PostgreSQL.
pub const KEY_BYTES: usize = 2_000;
/// Ids a message may answer.
pub const IN_REPLY_TO: usize = 50;
/// Characters of an idempotency key.
pub const IDEMPOTENCY_KEY: usize = 255;
/// Characters of a delivery error; longer is cut.
pub const DELIVERY_ERROR: usize = 1_000;
/// Tags.
pub const TAGS: usize = 1_000;
/// Characters of a tag's description.
pub const TAG_DESCRIPTION: usize = 1_000;
/// Tags on a conversation.
pub const CONVERSATION_TAGS: usize = 50;
/// Followers of a conversation.
pub const FOLLOWERS: usize = 100;
/// Agents and teams that a note names.
pub const MENTIONS: usize = 20;
/// Different names behind an `@` that are looked up for a note, each spelling counted.
pub const NAMES_IN_A_TEXT: usize = 1_000;
/// Notifications marked by their ids at once, and answered of those marked.
pub const NOTIFICATIONS: usize = 100;
/// Tickets on a conversation.
pub const CONVERSATION_TICKETS: usize = 50;
/// Conversations on a ticket.
pub const TICKET_CONVERSATIONS: usize = 500;
/// Entries that one payload of a ticket answers.
pub const ENTRIES: usize = 100;
/// External references of a ticket.
pub const EXTERNAL_REFS: usize = 50;
/// Actions in a list: on conversations, or in a macro.
pub const ACTIONS: usize = 20;
/// Conversations of one bulk call.
pub const BULK: usize = 500;
/// Macros.
pub const MACROS: usize = 200;
/// Bytes of the actions of a macro or a workflow as JSON.
pub const MACRO_BYTES: usize = 32 * 1024;
/// Workflows.
pub const WORKFLOWS: usize = 200;
/// Conditions in a workflow's tree, those that hold others counted too.
pub const CONDITIONS: usize = 100;
/// How deep conditions nest.
pub const CONDITION_DEPTH: usize = 8;
/// Values in a list of a condition.
pub const CONDITION_VALUES: usize = 100;
/// Characters of a pattern.
pub const PATTERN: usize = 512;
/// Places of all patterns of a tree together, their repetitions written out.
pub const PLACES: u64 = 1_000;
/// Bytes of a workflow's condition as JSON.
pub const CONDITION_BYTES: usize = 32 * 1024;
/// How deep a chain of workflows goes that start each other.
pub const WORKFLOW_DEPTH: i16 = 5;
/// Links of a conversation.
pub const LINKS: usize = 100;
/// Members of a team.
pub const TEAM_MEMBERS: usize = 200;
/// Teams.
pub const TEAMS: usize = 200;
/// Channels.
pub const CHANNELS: usize = 200;
/// Agents named by a restricted channel, beside its teams.
pub const CHANNEL_AGENTS: usize = 200;
/// Values in a list of a filter.
pub const FILTER_VALUES: usize = 100;
/// Characters of a search that count.
pub const SEARCH: usize = 500;
/// Different terms that a search looks for.
pub const SEARCH_TERMS: usize = 32;
/// Characters of a term; of longer words the rest isn't looked at, neither in texts nor in a search.
pub const TERM: usize = 64;
/// Bytes of the different terms that one thing is found by; PostgreSQL keeps at most a MiB.
pub const TERMS_BYTES: usize = 512 * 1024;
/// Keys of an attributes object.
pub const ATTRIBUTE_KEYS: usize = 64;
/// Bytes of an attributes object as JSON.
pub const ATTRIBUTE_BYTES: usize = 16 * 1024;
/// How many runs follow from one entry through those that start each other, besides those that it starts itself.
pub const WORKFLOW_CHAIN: u64 = 200;
