//! Playing the script through the service, step by step, with the clock set to each step's time.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::enums::{AgentRole, DeliveryStatus};
use entity::ids::{AgentId, ConversationId, EventId, TicketId, TokenId};
use serde_json::json;

use super::organisation::Organisation;
use super::script::{Step, Timed};
use super::stories::CUSTOMERS;
use super::tickets::ISSUES;
use crate::automation::Spelling;
use crate::clock::ManualClock;
use crate::domain::action::Action;
use crate::domain::action::add_note::{AddNote, Draft};
use crate::domain::action::assign::Assign;
use crate::domain::action::create_ticket::CreateTicket;
use crate::domain::action::mark_as_spam::MarkAsSpam;
use crate::domain::action::reply::{Reply, Then};
use crate::domain::action::report_delivery::ReportDelivery;
use crate::domain::action::snooze::Snooze;
use crate::domain::action::tag::Tag;
use crate::domain::customer::CustomerRef;
use crate::domain::customer::upsert::Upsert;
use crate::domain::mention::Naming;
use crate::domain::permission::{ChannelAccess, Principal, Viewer};
use crate::domain::scope_set::ScopeSet;
use crate::domain::ticket::RefKey;
use crate::domain::ticket::create::NewTicket;
use crate::domain::ticket::edit::TicketEdit;
use crate::error::{Error, Result};
use crate::service::change::Command;
use crate::service::receive::Incoming;
use crate::service::tickets::TicketCommand;
use crate::service::{Service, html};
use crate::store::timers::KINDS;
use crate::{automation, scheduler};

/// Where a thread of the script stands.
#[derive(Clone, Copy)]
struct Thread {
    conversation: ConversationId,
    last_reply: Option<EventId>,
}

struct Player<'a> {
    service: &'a Service,
    shop: &'a Organisation,
    threads: HashMap<usize, Thread>,
    tickets: HashMap<usize, TicketId>,
}

/// Plays it.
pub(super) async fn play(
    service: &Service,
    clock: &ManualClock,
    shop: &Organisation,
    spelling: Spelling,
    script: Vec<Timed>,
) -> Result<()> {
    let mut player = Player { service, shop, threads: HashMap::new(), tickets: HashMap::new() };
    for (at, thread, step) in script {
        pass(service, clock, spelling, at).await?;
        player.step(thread, step).await?;
        automation::run_due(service, spelling).await?;
    }
    Ok(())
}

/// Lets time pass: what falls due meanwhile happens when it does.
async fn pass(service: &Service, clock: &ManualClock, spelling: Spelling, until: DateTime<Utc>) -> Result<()> {
    while let Some(due) = service.store.next_timer(&KINDS).await?.filter(|due| *due <= until) {
        clock.set(due.max(clock.now()));
        scheduler::run_due(service).await?;
        automation::run_due(service, spelling).await?;
    }
    clock.set(until);
    Ok(())
}

impl Player<'_> {
    async fn step(&mut self, thread: usize, step: Step) -> Result<()> {
        match step {
            Step::Writes { channel, customer, subject, text } => {
                self.writes(thread, channel, customer, subject, text).await
            }
            Step::Replies { agent, text, close } => self.replies(thread, agent, text, close).await,
            Step::Assigned { by, agent, team } => {
                let agent = agent.map(|handle| self.shop.agents.get(handle).map(|(id, _)| *id));
                let team = team.map(|slug| self.shop.teams.get(slug).copied());
                let assign = Action::Assign(Assign { agent, team, only_if_unassigned: false });
                self.act(thread, by, assign).await.map(|_| ())
            }
            Step::Tagged { by, tag } => {
                let tag = *self.shop.tags.get(tag).ok_or_else(unknown)?;
                self.act(thread, by, Action::Tag(Tag::Add(vec![tag]))).await.map(|_| ())
            }
            Step::Prioritised { by, priority } => {
                self.act(thread, by, Action::Prioritise(Some(priority))).await.map(|_| ())
            }
            Step::Snoozed { by, until } => {
                self.act(thread, by, Action::Snooze(Snooze { until, wake_on_reply: true })).await.map(|_| ())
            }
            Step::Noted { by, text } => self.notes(thread, by, text).await,
            Step::Marked { by } => {
                let mark = Action::MarkAsSpam(MarkAsSpam { block_sender: false });
                self.act(thread, by, mark).await.map(|_| ())
            }
            Step::Delivered => {
                let Some(message) = self.thread(thread)?.last_reply else { return Ok(()) };
                let status = DeliveryStatus::Delivered;
                let report = ReportDelivery { message, status, external_id: None, error: None };
                self.service.report_delivery(&self.viewer("ada")?, report).await.map(|_| ())
            }
            Step::Opened { by, ticket } => self.opens(thread, by, ticket).await,
            Step::TicketLinked { by, ticket } => {
                let (viewer, conversation) = (self.viewer(by)?, self.thread(thread)?.conversation);
                self.service.link_ticket(&viewer, self.ticket(ticket)?, conversation, false).await.map(|_| ())
            }
            Step::Moved { by, ticket, status } => {
                let edit = TicketEdit { status: Some(status), ..TicketEdit::default() };
                let command = TicketCommand { ticket: self.ticket(ticket)?, edit: &edit, expected_version: None };
                self.service.update_ticket(&self.viewer(by)?, command).await.map(|_| ())
            }
            Step::Blocked { customer } => {
                let upsert = Upsert { email: Some(named(customer).email), blocked: Some(true), ..Upsert::default() };
                self.service.upsert_customer(self.viewer("ada")?.actor(), &upsert).await.map(|_| ())
            }
        }
    }

    async fn writes(
        &mut self,
        thread: usize,
        channel: &str,
        customer: usize,
        subject: Option<String>,
        text: String,
    ) -> Result<()> {
        // A later mail of a thread answers in it, as mail programs do; chats find their way by themselves.
        let number = match self.threads.get(&thread) {
            Some(known) => self.service.store.number_of(known.conversation).await?,
            None => None,
        };
        let subject = subject.map(|subject| match number {
            Some(number) => format!("Re: {subject} [#{number}]"),
            None => subject,
        });
        let incoming = Incoming {
            channel: *self.shop.channels.get(channel).ok_or_else(unknown)?,
            customer: named(customer),
            subject,
            text,
            html: None,
            external_id: None,
            in_reply_to: Vec::new(),
            automatic: false,
        };
        let received = self.service.receive(&self.viewer("ada")?, &incoming, None).await?;
        self.threads.insert(thread, Thread { conversation: received.conversation, last_reply: None });
        Ok(())
    }

    async fn replies(&mut self, thread: usize, agent: &str, text: &str, close: bool) -> Result<()> {
        let reply = Reply { text: text.to_owned(), html: html::from_text(text), then: close.then_some(Then::Close) };
        let last_reply = self.act(thread, agent, Action::Reply(reply)).await?;
        if let Some(known) = self.threads.get_mut(&thread) {
            known.last_reply = last_reply;
        }
        Ok(())
    }

    async fn notes(&self, thread: usize, agent: &str, text: &str) -> Result<()> {
        let naming = Naming::read(Vec::new(), text)?;
        let draft = Draft { text: text.to_owned(), html: html::from_text(text), naming };
        let note = AddNote { draft };
        self.act(thread, agent, Action::AddNote(note)).await.map(|_| ())
    }

    async fn opens(&mut self, thread: usize, agent: &str, ticket: usize) -> Result<()> {
        let issue = ISSUES.get(ticket).ok_or_else(unknown)?;
        let mut refs = Vec::new();
        if let Some((system, key, url)) = issue.reference {
            refs.push((RefKey::checked(system, key)?, Some(url.to_owned())));
        }
        let new = NewTicket {
            title: Some(issue.title.to_owned()),
            description: Some(issue.description.to_owned()),
            assignee: self.shop.agents.get(agent).map(|(id, _)| *id),
            team: self.shop.teams.get(issue.team).copied(),
            refs,
            ..NewTicket::default()
        };
        let reopen_on_resolve = issue.reopen_on_resolve;
        let create = CreateTicket { new, reopen_on_resolve, ..CreateTicket::default() };
        let (viewer, conversation) = (self.viewer(agent)?, self.thread(thread)?.conversation);
        let opened = self.service.create_ticket(&viewer, Some(conversation), create, None).await?;
        self.tickets.insert(ticket, opened.ticket);
        Ok(())
    }

    fn ticket(&self, ticket: usize) -> Result<TicketId> {
        self.tickets.get(&ticket).copied().ok_or_else(unknown)
    }

    async fn act(&self, thread: usize, agent: &str, action: Action) -> Result<Option<EventId>> {
        let actions = [action];
        let conversation = self.thread(thread)?.conversation;
        let command = Command { conversation, actions: &actions, listed: false, expected_version: None, key: None };
        Ok(self.service.change(&self.viewer(agent)?, command).await?.message)
    }

    fn thread(&self, thread: usize) -> Result<Thread> {
        self.threads.get(&thread).copied().ok_or_else(unknown)
    }

    fn viewer(&self, handle: &str) -> Result<Viewer> {
        let (id, role): (AgentId, AgentRole) = *self.shop.agents.get(handle).ok_or_else(unknown)?;
        Ok(Viewer {
            principal: Principal::Agent { id, role },
            token: TokenId::new(self.service.clock.now()),
            scopes: ScopeSet::all(),
            channels: ChannelAccess::All,
            time_zone: "UTC".to_owned(),
        })
    }
}

/// A customer of the script; those behind the list are senders who get blocked.
fn named(customer: usize) -> CustomerRef {
    match CUSTOMERS.get(customer) {
        Some((name, email, plan, country)) => CustomerRef {
            external_id: Some(format!("shop-{}", 1_000 + customer)),
            email: Some((*email).to_owned()),
            full_name: Some((*name).to_owned()),
            attributes: json!({ "plan": plan, "country": country }).as_object().cloned(),
            ..CustomerRef::default()
        },
        None => CustomerRef { email: Some(format!("offer{customer}@spam.example")), ..CustomerRef::default() },
    }
}

fn unknown() -> Error {
    Error::Internal("the script names somebody unknown".to_owned())
}
