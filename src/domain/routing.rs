//! Append, reopen or create: the one function that decides where a customer's message goes (semantics §8.2–8.4).
//!
//! Which earlier conversation is asked about was found before, by [`Found`]'s rule; here is decided what happens to it.

use chrono::{DateTime, Utc};

use super::conversation::Conversation;
use super::duration::IsoDuration;

/// How the earlier conversation was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The message answers one of its messages.
    Answered,
    /// Its number stands in the subject, and the customer is its customer.
    Number,
    /// It is the customer's newest on a chat channel.
    Newest,
}

/// Where a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Into the earlier conversation, as it stands.
    Append,
    /// Into the earlier conversation, which reopens.
    Reopen,
    /// Into a new conversation; `continues` says whether it goes on from the earlier one.
    Create {
        /// Linked `CONTINUES` to the earlier one.
        continues: bool,
    },
}

/// A decision and why, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where it goes.
    pub decision: Decision,
    /// One sentence.
    pub reason: String,
}

/// Decides where a message goes.
#[must_use]
pub fn route(
    earlier: Option<(&Conversation, Found)>,
    reopen_window: Option<&IsoDuration>,
    automatic: bool,
    now: DateTime<Utc>,
) -> Route {
    let Some((conversation, found)) = earlier else {
        return to(Decision::Create { continues: false }, "Nothing earlier belongs to this message.".to_owned());
    };
    let number = conversation.number;
    let how = match found {
        Found::Answered => format!("The message answers one in #{number}"),
        Found::Number => format!("The subject names #{number}"),
        Found::Newest => format!("#{number} is the customer's newest conversation on the channel"),
    };
    if conversation.spam.is_some() {
        return to(Decision::Append, format!("{how}, which is spam."));
    }
    if conversation.closed.is_none() {
        let state = if conversation.snooze.is_some() { "snoozed" } else { "open" };
        return to(Decision::Append, format!("{how}, which is {state}."));
    }
    if automatic {
        return to(Decision::Append, format!("{how}, which stays closed: automatic messages never reopen."));
    }
    let last = conversation.last_message.map_or(conversation.created_at, |(_, at)| at);
    match reopen_window {
        Some(window) if now - last > window.delta() => to(
            Decision::Create { continues: true },
            format!(
                "{how}, but its last message is older than {}, so a new conversation continues it.",
                window.as_str()
            ),
        ),
        _ => to(Decision::Reopen, format!("{how}, which was closed.")),
    }
}

/// The conversation number a subject names as `[#1042]`; the first one counts.
#[must_use]
pub fn number_in_subject(subject: &str) -> Option<i64> {
    subject.split("[#").skip(1).find_map(|rest| {
        let (digits, _) = rest.split_once(']')?;
        let plain = !digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten()
    })
}

fn to(decision: Decision, reason: String) -> Route {
    Route { decision, reason }
}
