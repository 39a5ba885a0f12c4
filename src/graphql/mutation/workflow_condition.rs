//! How a workflow's conditions are spelled, and how they are read.
//!
//! Owns no rules: what can't be kept is refused by the domain, at its place in the tree.

use std::collections::BTreeSet;

use async_graphql::{ID, InputObject, OneofObject};
use entity::ids::{AgentId, ChannelId, TagId, TeamId};

use super::given;
use crate::domain::rejection::Rejection;
use crate::domain::workflow::attribute::{Asked, AttributeTest};
use crate::domain::workflow::condition::Condition;
use crate::domain::workflow::email::EmailDomains;
use crate::domain::workflow::room::Room;
use crate::domain::workflow::tags::TagTest;
use crate::domain::workflow::text::TextTest;
use crate::domain::workflow::values;
use crate::graphql::scalar::Duration;
use crate::graphql::types::enums::{ChannelKind, ConversationState, Priority};
use crate::graphql::types::filter::TagConditionInput;

/// When a workflow runs: exactly one of these, of which three hold others. A tree has at most 100 conditions, those that hold others
/// counted too, and is at most 8 deep; more is LIMIT_EXCEEDED. A list has 1 to 100 values: an empty one is REQUIRED, a longer one
/// LIMIT_EXCEEDED. What is asked of the conversation is asked of it as it is when the workflow runs.
#[derive(Clone, Debug, OneofObject)]
pub enum WorkflowConditionInput {
    /// All of these hold.
    All(Vec<WorkflowConditionInput>),
    /// At least one of these holds.
    Any(Vec<WorkflowConditionInput>),
    /// This doesn't hold.
    Not(Box<WorkflowConditionInput>),
    /// The conversation is on one of these channels. An unknown one is NOT_FOUND.
    ChannelIds(Vec<ID>),
    /// The conversation is on a channel of one of these kinds.
    ChannelKinds(Vec<ChannelKind>),
    /// An attribute of the customer is like this.
    CustomerAttribute(AttributeConditionInput),
    /// What stands behind the @ of the customer's e-mail address is one of these, without regard to case, such as `example.org`; a
    /// domain below one of them is another. A customer without an address is at none. Anything but a domain is INVALID.
    CustomerEmailDomains(Vec<String>),
    /// The text of the message or the note that started the workflow is like this; when a conversation was created, its first message's.
    /// What starts it otherwise has no text, and then this doesn't hold.
    Text(TextConditionInput),
    /// The conversation's subject is like this; without a subject this doesn't hold.
    Subject(TextConditionInput),
    /// The conversation's tags are like this.
    Tags(TagConditionInput),
    /// The conversation's priority is one of these; no priority is none of them.
    Priorities(Vec<Priority>),
    /// The conversation is in one of these states. In spam no workflow runs.
    States(Vec<ConversationState>),
    /// The assigned agent is one of these. An unknown one is NOT_FOUND, a deactivated one AGENT_INACTIVE.
    AssigneeIds(Vec<ID>),
    /// The assigned team is one of these. An unknown or deleted one is NOT_FOUND.
    TeamIds(Vec<ID>),
    /// True: no agent is assigned, whether or not a team is; false: an agent is.
    Unassigned(bool),
    /// True: what started the workflow is the conversation's first message, or its creation; false: it isn't.
    FirstMessage(bool),
    /// The conversation was created at least this long ago.
    Age(Duration),
}

/// A condition on one attribute of the customer. All given operators must hold, at least one is given. Each compares the attribute as
/// the JSON that it is: text without regard to case, numbers as numbers. An object equals and contains nothing.
#[derive(Clone, Debug, InputObject)]
pub struct AttributeConditionInput {
    /// The attribute's key, exactly as it is spelled.
    key: String,
    /// The attribute is this: a text without regard to case, a number of the same value (`5.0` is 5), true or false as `true` or
    /// `false`; of a list one element is. At most 255 characters. Null or omitted = not asked.
    equals: Option<String>,
    /// The attribute equals one of these. Null or omitted = not asked.
    one_of: Option<Vec<String>>,
    /// The attribute is a text in which this occurs, without regard to case, or a list with such a text. At most 255 characters. Null or
    /// omitted = not asked.
    contains: Option<String>,
    /// True: the customer has the attribute, and it isn't null; false: it is null or missing. Null or omitted = not asked.
    exists: Option<bool>,
    /// The attribute is a number, and greater than this. A text that spells a number is none. Null or omitted = not asked.
    greater_than: Option<f64>,
    /// The attribute is a number, and less than this. A text that spells a number is none. Null or omitted = not asked.
    less_than: Option<f64>,
}

/// A condition on a text, without regard to case. All given operators must hold, at least one is given.
#[derive(Clone, Debug, InputObject)]
pub struct TextConditionInput {
    /// At least one of these occurs anywhere in the text, also within a word; each has at most 255 characters, white space at its ends
    /// doesn't count. Null or omitted = not asked.
    contains_any: Option<Vec<String>>,
    /// Each of these occurs anywhere in the text, also within a word; each has at most 255 characters, white space at its ends doesn't
    /// count. Null or omitted = not asked.
    contains_all: Option<Vec<String>>,
    /// This regular expression occurs anywhere in the text; `^` and `$` are the text's ends. At most 512 characters, in the syntax of
    /// Rust's crate regex, which takes linear time and so has neither look-around nor backreferences. What is no such expression, or
    /// is too large with its repetitions written out, is INVALID; more than 1,000 places in all patterns of a tree are LIMIT_EXCEEDED.
    /// Null or omitted = not asked.
    matches: Option<String>,
}

/// Reads a condition with those it holds.
///
/// # Errors
/// `NOT_FOUND`, `REQUIRED`, `INVALID`, `TOO_LONG`, `LIMIT_EXCEEDED`, each at its place below the condition.
pub fn read(condition: &WorkflowConditionInput) -> Result<Condition, Rejection> {
    one(condition, 1, &mut Room::default())
}

fn one(condition: &WorkflowConditionInput, depth: usize, room: &mut Room) -> Result<Condition, Rejection> {
    use WorkflowConditionInput as Input;
    room.take(depth)?;
    Ok(match condition {
        Input::All(inner) => Condition::All(several("all", inner, depth, room)?),
        Input::Any(inner) => Condition::Any(several("any", inner, depth, room)?),
        Input::Not(inner) => {
            let inner = one(inner, depth + 1, room).map_err(|why| why.at("not"))?;
            Condition::Not(Box::new(inner))
        }
        Input::ChannelIds(given) => Condition::Channels(ids("channelIds", given, ChannelId::parse)?),
        Input::ChannelKinds(kinds) => Condition::ChannelKinds(enums("channelKinds", kinds)?),
        Input::CustomerAttribute(given) => Condition::Attribute(given.read()?),
        Input::CustomerEmailDomains(domains) => {
            Condition::EmailDomains(EmailDomains::checked("customerEmailDomains", domains.clone())?)
        }
        Input::Text(given) => Condition::Text(given.read("text", room)?),
        Input::Subject(given) => Condition::Subject(given.read("subject", room)?),
        Input::Tags(given) => Condition::Tags(tags(given).map_err(|why| why.at("tags"))?),
        Input::Priorities(priorities) => Condition::Priorities(enums("priorities", priorities)?),
        Input::States(states) => Condition::States(enums("states", states)?),
        Input::AssigneeIds(given) => Condition::Assignees(ids("assigneeIds", given, AgentId::parse)?),
        Input::TeamIds(given) => Condition::Teams(ids("teamIds", given, TeamId::parse)?),
        Input::Unassigned(unassigned) => Condition::Unassigned(*unassigned),
        Input::FirstMessage(first) => Condition::FirstMessage(*first),
        Input::Age(age) => Condition::Age(age.0.clone()),
    })
}

fn several(
    field: &str,
    inner: &[WorkflowConditionInput],
    depth: usize,
    room: &mut Room,
) -> Result<Vec<Condition>, Rejection> {
    if inner.is_empty() {
        return Err(Rejection::required(field));
    }
    let read = |(place, inner): (usize, &WorkflowConditionInput)| {
        one(inner, depth + 1, room).map_err(|why| why.at(place.to_string()).at(field))
    };
    inner.iter().enumerate().map(read).collect()
}

fn ids<T: Ord>(field: &str, ids: &[ID], parse: fn(&str) -> Option<T>) -> Result<BTreeSet<T>, Rejection> {
    let ids = values::list(field, ids.to_vec())?;
    Ok(given::ids(field, Some(ids), parse)?.into_iter().collect())
}

fn enums<T: Copy + Into<U>, U>(field: &str, given: &[T]) -> Result<Vec<U>, Rejection> {
    Ok(values::list(field, given.to_vec())?.into_iter().map(Into::into).collect())
}

fn tags(given: &TagConditionInput) -> Result<TagTest, Rejection> {
    let read = |field, ids: &Option<Vec<ID>>| {
        let ids = ids.clone().map(|ids| values::list(field, ids)).transpose()?;
        ids.map(|ids| given::ids(field, Some(ids), TagId::parse)).transpose()
    };
    TagTest::checked(
        read("hasAny", &given.has_any)?,
        read("hasAll", &given.has_all)?,
        read("hasNone", &given.has_none)?,
    )
}

impl AttributeConditionInput {
    fn read(&self) -> Result<AttributeTest, Rejection> {
        let asked = Asked {
            key: self.key.clone(),
            equals: self.equals.clone(),
            one_of: self.one_of.clone(),
            contains: self.contains.clone(),
            exists: self.exists,
            greater_than: self.greater_than,
            less_than: self.less_than,
        };
        AttributeTest::checked(asked).map_err(|why| why.at("customerAttribute"))
    }
}

impl TextConditionInput {
    fn read(&self, field: &str, room: &mut Room) -> Result<TextTest, Rejection> {
        let read = TextTest::checked(self.contains_any.clone(), self.contains_all.clone(), self.matches.as_deref());
        let read = read.and_then(|test| room.take_places(test.places()).map(|()| test));
        read.map_err(|why| why.at(field))
    }
}

#[cfg(test)]
mod tests;
