//! Thirty days at the demo shop, as steps in time.
//!
//! Deterministic but for the day it ends on. Open mail was last active within five days, so that the auto-close policy leaves the
//! inbox full.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{Priority, TicketStatus};

use crate::domain::action::snooze::Until;

use super::stories::{BILLING, CHAT, CUSTOMERS, MAIL, NOTES, SPAM, Story};
use super::tickets;

/// How far back it begins.
pub(super) const SPAN: TimeDelta = TimeDelta::days(30);

/// One thing that happens in a conversation of the script.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The customer writes.
    Writes { channel: &'static str, customer: usize, subject: Option<String>, text: String },
    /// An agent replies, and closes if told to.
    Replies { agent: &'static str, text: &'static str, close: bool },
    /// Somebody assigns.
    Assigned { by: &'static str, agent: Option<&'static str>, team: Option<&'static str> },
    /// Somebody puts a tag on.
    Tagged { by: &'static str, tag: &'static str },
    /// Somebody says how urgent it is.
    Prioritised { by: &'static str, priority: Priority },
    /// Somebody lets it sleep.
    Snoozed { by: &'static str, until: Until },
    /// Somebody notes something for the team.
    Noted { by: &'static str, text: &'static str },
    /// The gateway says the last reply arrived.
    Delivered,
    /// A customer is blocked.
    Blocked { customer: usize },
    /// Somebody marks it as spam.
    Marked { by: &'static str },
    /// Somebody creates a ticket from it.
    Opened { by: &'static str, ticket: usize },
    /// Somebody links it to a ticket.
    TicketLinked { by: &'static str, ticket: usize },
    /// Somebody moves a ticket of it on.
    Moved { by: &'static str, ticket: usize, status: TicketStatus },
}

/// A step, its time, and the thread of the script it belongs to.
pub(super) type Timed = (DateTime<Utc>, usize, Step);

/// How a thread goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Answered, thanked, closed.
    Closed,
    /// The same, then the customer writes again.
    Reopened,
    /// Answered; the customer never wrote again, and the channel's policy closed it.
    Silent,
    /// Answered; the customer has the last word and waits.
    Waiting,
    /// Answered; nobody waits.
    Answered,
    /// Answered, and asleep or woken again.
    Snoozed,
    /// With a team, unanswered.
    Queued,
    /// Nobody has looked yet.
    New,
}

/// Writes the script, ending now.
pub(super) fn write(now: DateTime<Utc>) -> Vec<Timed> {
    let mut steps = Vec::new();
    for (thread, fate) in fates().into_iter().enumerate() {
        tell(&mut steps, now, thread, fate);
    }
    continued_chats(&mut steps, now);
    spam(&mut steps, now);
    tickets::follow(&mut steps, now);
    steps.sort_by_key(|(at, thread, _)| (*at, *thread));
    steps
}

/// 69 threads; four continued chats make eight conversations, and spam three.
fn fates() -> Vec<Fate> {
    let counts = [
        (Fate::Closed, 27),
        (Fate::Silent, 3),
        (Fate::Reopened, 4),
        (Fate::Waiting, 9),
        (Fate::Answered, 8),
        (Fate::Snoozed, 4),
        (Fate::Queued, 8),
        (Fate::New, 6),
    ];
    counts.into_iter().flat_map(|(fate, count)| std::iter::repeat_n(fate, count)).collect()
}

fn tell(steps: &mut Vec<Timed>, now: DateTime<Utc>, thread: usize, fate: Fate) {
    let (channel, story) = story(thread);
    let customer = (thread * 7 + 3) % CUSTOMERS.len();
    let start = begins(now, thread, fate);
    let order = (48_211 + thread * 37).to_string();
    let subject = (!story.subject.is_empty()).then(|| story.subject.replace("{order}", &order));
    let agent = agent(story, thread);
    let pace = if channel == "Shop chat" { TimeDelta::minutes(2) } else { TimeDelta::minutes(95 + i64_of(thread) * 3) };
    let mut at = start;
    let mut then = |step, wait: i32| {
        at += pace * wait;
        steps.push((at.min(now - TimeDelta::minutes(1)), thread, step));
    };
    let text = story.opening.replace("{order}", &order);
    then(Step::Writes { channel, customer, subject: subject.clone(), text }, 0);
    if fate == Fate::New {
        return;
    }
    let assignee = (fate != Fate::Queued).then_some(agent);
    then(Step::Assigned { by: agent, agent: assignee, team: Some(story.team) }, 1);
    for step in sorted(thread, agent, story) {
        then(step, 0);
    }
    if fate == Fate::Queued {
        return;
    }
    let close = fate == Fate::Closed && thread.is_multiple_of(3);
    then(Step::Replies { agent, text: story.answer, close }, 1);
    then(Step::Delivered, 0);
    if fate == Fate::Snoozed {
        then(Step::Snoozed { by: agent, until: until(now, thread) }, 1);
    }
    if close || matches!(fate, Fate::Silent | Fate::Answered | Fate::Snoozed) {
        return;
    }
    then(Step::Writes { channel, customer, subject: subject.clone(), text: story.follow_up.to_owned() }, 2);
    if fate == Fate::Waiting {
        return;
    }
    then(Step::Replies { agent, text: "Glad to hear it. Have a good time outside!", close: true }, 1);
    then(Step::Delivered, 0);
    if fate == Fate::Reopened {
        let text = "One more thing: could you send me the invoice again?".to_owned();
        then(Step::Writes { channel, customer, subject, text }, 3);
    }
}

/// Each of the snoozed sleeps in its own way; one of them has woken this morning.
fn until(now: DateTime<Utc>, thread: usize) -> Until {
    match thread % 4 {
        0 => Until::At(now - TimeDelta::hours(3)),
        1 => Until::At(now + TimeDelta::hours(20)),
        2 => Until::At(now + TimeDelta::days(4)),
        _ => Until::CustomerReplies,
    }
}

/// How a conversation is sorted once somebody has looked: tag, priority, and now and then a note.
fn sorted(thread: usize, by: &'static str, story: &Story) -> Vec<Step> {
    let priority = match thread {
        _ if thread.is_multiple_of(11) => Some(Priority::Urgent),
        _ if thread % 5 == 1 => Some(Priority::High),
        _ if thread % 9 == 2 => Some(Priority::Low),
        _ if thread.is_multiple_of(6) => Some(Priority::Medium),
        _ => None,
    };
    let noted = thread % 4 == 2;
    let mut steps = vec![Step::Tagged { by, tag: story.tag }];
    steps.extend(priority.map(|priority| Step::Prioritised { by, priority }));
    steps.extend(noted.then(|| Step::Noted { by, text: NOTES[thread / 4 % NOTES.len()] }));
    steps
}

/// Chats that were closed and gone on with more than a day later: a new conversation continues the old one.
fn continued_chats(steps: &mut Vec<Timed>, now: DateTime<Utc>) {
    // Customers without any other chat: a chat goes on in the customer's newest one.
    for (number, customer) in [1, 4, 7, 10].into_iter().enumerate() {
        let thread = 100 + number;
        let story = &CHAT[number];
        let start = now - TimeDelta::days(9 + i64_of(number)) - TimeDelta::hours(5);
        let writes = |text: &str| Step::Writes { channel: "Shop chat", customer, subject: None, text: text.to_owned() };
        steps.push((start, thread, writes(story.opening)));
        let replies = Step::Replies { agent: "ben", text: story.answer, close: true };
        steps.push((start + TimeDelta::minutes(3), thread, replies));
        let again = now - TimeDelta::hours(3 * i64_of(number) + 1);
        steps.push((again, thread, writes("hi, me again about the other day, has anything changed?")));
    }
}

fn spam(steps: &mut Vec<Timed>, now: DateTime<Utc>) {
    for (number, (subject, text)) in SPAM.iter().enumerate() {
        let (thread, customer) = (200 + number, CUSTOMERS.len() + number);
        let at = now - TimeDelta::days(2 + 3 * i64_of(number));
        let step = Step::Writes {
            channel: "Support mail",
            customer,
            subject: Some((*subject).to_owned()),
            text: (*text).to_owned(),
        };
        steps.push((at, thread, step));
        // The last one is found by a person; the others come from senders who are blocked already.
        steps.push(match number + 1 < SPAM.len() {
            true => (at - TimeDelta::hours(1), thread, Step::Blocked { customer }),
            false => (at + TimeDelta::hours(1), thread, Step::Marked { by: "femi" }),
        });
    }
}

fn story(thread: usize) -> (&'static str, &'static Story) {
    match thread % 7 {
        2 | 5 => ("Shop chat", &CHAT[thread / 2 % CHAT.len()]),
        6 => ("Billing mail", &BILLING[thread / 7 % BILLING.len()]),
        _ => ("Support mail", &MAIL[thread * 3 % MAIL.len()]),
    }
}

fn agent(story: &Story, thread: usize) -> &'static str {
    let members: &[&str] = match story.team {
        "billing" => &["elif", "grace"],
        "returns" => &["chloe", "hugo"],
        _ => &["ada", "ben", "dev", "femi"],
    };
    members[thread / 2 % members.len()]
}

/// Closed threads begin long ago, the others within the last days.
fn begins(now: DateTime<Utc>, thread: usize, fate: Fate) -> DateTime<Utc> {
    let step = i64_of(thread);
    match fate {
        Fate::Closed => now - TimeDelta::days(29) + TimeDelta::hours(step * 18) + TimeDelta::minutes(step * 7 % 60),
        Fate::Silent => now - TimeDelta::days(16) + TimeDelta::hours(step % 4 * 5),
        Fate::Reopened => now - TimeDelta::days(4) + TimeDelta::hours(step % 4),
        Fate::Waiting => now - TimeDelta::hours(60) + TimeDelta::minutes(step * 41),
        Fate::Answered | Fate::Snoozed => now - TimeDelta::hours(90) + TimeDelta::minutes(step * 53),
        Fate::Queued => now - TimeDelta::hours(30) + TimeDelta::minutes(step * 17),
        Fate::New => now - TimeDelta::minutes(11 + (step % 7) * 23),
    }
}

fn i64_of(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(0)
}
