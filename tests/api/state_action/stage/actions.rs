//! Every action there is, with what it can be asked for on the stage.

use chrono::{DateTime, TimeDelta};
use entity::enums::{DeliveryStatus, MessageDirection, Priority, TicketStatus};
use entity::ids::{AgentId, EventId, TagId, TeamId, TicketId};
use switchboard::domain::action::Action;
use switchboard::domain::action::add_note::{AddNote, Draft};
use switchboard::domain::action::assign::Assign;
use switchboard::domain::action::create_ticket::CreateTicket;
use switchboard::domain::action::delete_note::DeleteNote;
use switchboard::domain::action::edit::Edit;
use switchboard::domain::action::edit_note::EditNote;
use switchboard::domain::action::followers::Followers;
use switchboard::domain::action::link_ticket::{LinkTicket, UnlinkTicket};
use switchboard::domain::action::mark_as_spam::MarkAsSpam;
use switchboard::domain::action::move_team::MoveTeam;
use switchboard::domain::action::receive::Receive;
use switchboard::domain::action::relieve::Relieve;
use switchboard::domain::action::reply::{Reply, Then};
use switchboard::domain::action::report_delivery::ReportDelivery;
use switchboard::domain::action::restore_from_spam::RestoreFromSpam;
use switchboard::domain::action::snooze::{Snooze as Sleep, Until};
use switchboard::domain::action::tag;
use switchboard::domain::action::ticket_moved::TicketMoved;
use switchboard::domain::change::MessageText;
use switchboard::domain::duration::IsoDuration;
use switchboard::domain::mention::Naming;
use switchboard::domain::snooze_time::Preset;
use switchboard::domain::ticket::RefKey;
use switchboard::domain::ticket::create::NewTicket;

use super::Stage;

impl Stage {
    pub fn actions(&self) -> Vec<(&'static str, Action)> {
        let assign = |agent, team, only_if_unassigned| Action::Assign(Assign { agent, team, only_if_unassigned });
        let reply = |then| {
            let (text, html) = ("Hello".to_owned(), "Hello".to_owned());
            Action::Reply(Reply { text, html, then })
        };
        let sleep = |until, wake_on_reply| Action::Snooze(Sleep { until, wake_on_reply });
        let asleep = Sleep { until: Until::CustomerReplies, wake_on_reply: true };
        let receive = |automatic| Action::Receive(Receive { message: self.inbound(automatic) });
        let subject =
            |subject: Option<&str>| Action::Edit(Edit { subject: Some(subject.map(str::to_owned)), attributes: None });
        let followers = |agents: &[AgentId]| Followers::checked(agents.to_vec()).unwrap();
        let stranger = AgentId::new(DateTime::UNIX_EPOCH);
        let add = |tags: &[TagId]| Action::Tag(tag::Tag::Add(tags.to_vec()));
        let remove = |tags: &[TagId]| Action::Tag(tag::Tag::Remove(tags.to_vec()));
        let [worn, old, fresh, gone] = self.tags;
        let many: Vec<TagId> = (0..51).map(|at| TagId::new(self.now + TimeDelta::seconds(at))).collect();
        let report = |status, error: Option<&str>| {
            let error = error.map(str::to_owned);
            Action::ReportDelivery(ReportDelivery { message: self.sent, status, external_id: None, error })
        };
        let draft = |text: &str| Draft {
            text: text.to_owned(),
            html: text.to_owned(),
            naming: Naming::read(vec![], text).unwrap(),
        };
        let noted = |text| Action::AddNote(AddNote { draft: draft(text) });
        let edit = |note, text| Action::EditNote(EditNote { note, draft: draft(text) });
        let erase = |note| Action::DeleteNote(DeleteNote { note });
        let [own, anothers, erased] = self.notes;
        let relieve = |agent, left| Action::Relieve(Relieve { agent, left });
        let move_team = |from, to| Action::MoveTeam(MoveTeam { from, to });
        vec![
            ("receive", receive(false)),
            ("receive automatic", receive(true)),
            ("reply", reply(None)),
            ("reply then close", reply(Some(Then::Close))),
            ("reply then open", reply(Some(Then::Open))),
            ("reply then snooze", reply(Some(Then::Snooze(asleep.clone())))),
            ("assign another agent", assign(Some(Some(self.carl)), None, false)),
            ("assign the same agent", assign(Some(Some(self.bea)), None, false)),
            ("assign nobody", assign(Some(None), None, false)),
            ("assign a team without the agent", assign(None, Some(Some(self.team)), false)),
            ("assign a team that hands out", assign(None, Some(Some(self.handing)), false)),
            ("assign a team and its member", assign(Some(Some(self.carl)), Some(Some(self.team)), false)),
            ("assign a team and a stranger", assign(Some(Some(self.bea)), Some(Some(self.team)), false)),
            ("assign an agent without access", assign(Some(Some(self.dora)), None, false)),
            ("assign a deactivated agent", assign(Some(Some(self.eve)), None, false)),
            ("assign an unknown team", assign(None, Some(Some(TeamId::new(DateTime::UNIX_EPOCH))), false)),
            ("assign nothing", assign(None, None, false)),
            ("claim for another agent", assign(Some(Some(self.carl)), None, true)),
            ("claim for the same agent", assign(Some(Some(self.bea)), None, true)),
            ("add tags", add(&[fresh, worn])),
            ("add tags it has", add(&[worn, old])),
            ("add an archived tag", add(&[gone])),
            ("add an unknown tag", add(&[TagId::new(DateTime::UNIX_EPOCH)])),
            ("add too many tags", add(&many)),
            ("remove tags", remove(&[worn, old, fresh])),
            ("remove tags it hasn't", remove(&[fresh, gone])),
            ("remove an unknown tag", remove(&[TagId::new(DateTime::UNIX_EPOCH)])),
            ("set a priority", Action::Prioritise(Some(Priority::Urgent))),
            ("set the same priority", Action::Prioritise(Some(Priority::High))),
            ("clear the priority", Action::Prioritise(None)),
            ("snooze until an instant", sleep(Until::At(self.now + TimeDelta::days(2)), true)),
            ("snooze until the same instant", sleep(Until::At(self.now + TimeDelta::days(1)), true)),
            ("snooze until then, whoever writes", sleep(Until::At(self.now + TimeDelta::days(1)), false)),
            ("snooze until a past instant", sleep(Until::At(self.now), true)),
            ("snooze for more than five years", sleep(Until::At(self.now + TimeDelta::days(5 * 366)), true)),
            ("snooze for a time", sleep(Until::After(IsoDuration::parse("PT90M").unwrap()), true)),
            ("snooze until tomorrow", sleep(Until::Preset(Preset::TomorrowMorning), true)),
            ("snooze until a reply", sleep(Until::CustomerReplies, true)),
            ("snooze for ever", sleep(Until::CustomerReplies, false)),
            ("wake", Action::Wake),
            ("the snooze ends", Action::Expire),
            ("silence ends it", Action::AutoClose),
            ("close", Action::Close),
            ("reopen", Action::Reopen),
            ("mark as spam", Action::MarkAsSpam(MarkAsSpam { block_sender: false })),
            ("mark as spam and block", Action::MarkAsSpam(MarkAsSpam { block_sender: true })),
            ("restore from spam", Action::RestoreFromSpam(RestoreFromSpam { unblock_sender: false })),
            ("restore and unblock", Action::RestoreFromSpam(RestoreFromSpam { unblock_sender: true })),
            ("change the subject", subject(Some("Refund"))),
            ("clear the subject", subject(None)),
            ("keep the subject", subject(Some("Order"))),
            ("follow", Action::Follow),
            ("unfollow", Action::Unfollow),
            ("add two followers", Action::AddFollowers(followers(&[self.fay, self.carl, self.bea]))),
            ("add a follower again", Action::AddFollowers(followers(&[self.fay]))),
            ("add no followers", Action::AddFollowers(followers(&[]))),
            ("add a deactivated follower", Action::AddFollowers(followers(&[self.carl, self.eve]))),
            ("add a follower without access", Action::AddFollowers(followers(&[self.carl, self.dora]))),
            ("add an unknown follower", Action::AddFollowers(followers(&[self.carl, stranger]))),
            ("remove a follower", Action::RemoveFollowers(followers(&[self.fay]))),
            ("remove who doesn't follow", Action::RemoveFollowers(followers(&[self.carl, self.eve]))),
            ("remove oneself", Action::RemoveFollowers(followers(&[self.bea]))),
            ("remove an unknown follower", Action::RemoveFollowers(followers(&[self.fay, stranger]))),
            ("report SENT again", report(DeliveryStatus::Sent, None)),
            ("report DELIVERED", report(DeliveryStatus::Delivered, None)),
            ("report FAILED", report(DeliveryStatus::Failed, Some("bounced"))),
            ("report QUEUED late", report(DeliveryStatus::Queued, None)),
            ("report SENT with an error", report(DeliveryStatus::Sent, Some("bounced"))),
            ("add a note", noted("Refund?")),
            ("add a note naming a colleague", noted("@support: refund?")),
            ("add a note naming an outsider", noted("@dora: refund?")),
            ("edit one's own note", edit(own, "@dora: refund?")),
            ("edit one's own note, no mention", edit(own, "Refund?")),
            ("edit one's own note to the same", edit(own, "@carl: refund?")),
            ("edit another's note", edit(anothers, "No")),
            ("edit a deleted note", edit(erased, "Refund?")),
            ("edit an unknown note", edit(EventId::new(DateTime::UNIX_EPOCH), "Refund?")),
            ("delete one's own note", erase(own)),
            ("delete another's note", erase(anothers)),
            ("delete a deleted note", erase(erased)),
            ("relieve who left the team", relieve(Some(self.bea), Some(self.left))),
            ("relieve who has every right", relieve(None, None)),
            ("relieve somebody else", relieve(Some(self.carl), Some(self.left))),
            ("move to another team", move_team(self.left, Some(self.team))),
            ("move to a team that hands out", move_team(self.left, Some(self.handing))),
            ("move to no team", move_team(self.left, None)),
            ("move to a deleted team", move_team(self.left, Some(TeamId::new(DateTime::UNIX_EPOCH)))),
            ("move from a team it isn't in", move_team(self.team, Some(self.handing))),
        ]
        .into_iter()
        .chain(self.of_tickets())
        .collect()
    }

    fn of_tickets(&self) -> Vec<(&'static str, Action)> {
        let [linked, free, full] = self.tickets;
        let unknown = TicketId::new(DateTime::UNIX_EPOCH);
        let create = |new, origin| {
            let reopen_on_resolve = false;
            Action::CreateTicket(Box::new(CreateTicket { new, origin, reopen_on_resolve, unread: false }))
        };
        let tagged = |tag| NewTicket { tags: Some(vec![tag]), ..NewTicket::default() };
        let called = |key: &str| NewTicket {
            refs: vec![(RefKey::checked("github", key).unwrap(), None)],
            ..NewTicket::default()
        };
        let link = |ticket, reopen_on_resolve| Action::LinkTicket(LinkTicket { ticket, reopen_on_resolve });
        let unlink = |ticket| Action::UnlinkTicket(UnlinkTicket { ticket });
        let moved = |to, reopen_on_resolve| {
            Action::TicketMoved(TicketMoved { ticket: linked, from: TicketStatus::Open, to, reopen_on_resolve })
        };
        let [_, _, fresh, gone] = self.tags;
        vec![
            ("create a ticket", create(NewTicket::default(), None)),
            ("create a ticket from a message", create(NewTicket::default(), Some(self.sent))),
            ("create a ticket from elsewhere", create(NewTicket::default(), Some(EventId::new(DateTime::UNIX_EPOCH)))),
            (
                "create a ticket for a colleague",
                create(NewTicket { assignee: Some(self.dora), ..NewTicket::default() }, None),
            ),
            (
                "give a ticket to who is gone",
                create(NewTicket { assignee: Some(self.eve), ..NewTicket::default() }, None),
            ),
            ("create a tagged ticket", create(tagged(fresh), None)),
            ("create a ticket, tag archived", create(tagged(gone), None)),
            ("create a ticket with a reference", create(called("2"), None)),
            ("create a ticket, reference taken", create(called("1"), None)),
            ("link a ticket", link(free, Some(true))),
            ("link a ticket, unsaid how", link(free, None)),
            ("link a linked ticket", link(linked, Some(false))),
            ("link a linked ticket, unsaid how", link(linked, None)),
            ("link a linked ticket otherwise", link(linked, Some(true))),
            ("link a full ticket", link(full, Some(false))),
            ("link an unknown ticket", link(unknown, Some(false))),
            ("unlink a ticket", unlink(linked)),
            ("unlink what isn't linked", unlink(free)),
            ("unlink an unknown ticket", unlink(unknown)),
            ("its ticket moves on", moved(TicketStatus::InProgress, true)),
            ("its ticket is resolved", moved(TicketStatus::Resolved, false)),
            ("its resolved ticket reopens it", moved(TicketStatus::Resolved, true)),
        ]
    }

    fn inbound(&self, automatic: bool) -> MessageText {
        MessageText {
            id: EventId::new(self.now),
            direction: MessageDirection::Inbound,
            automatic,
            text: "Hello".to_owned(),
            truncated: false,
            html: "Hello".to_owned(),
            external_id: None,
            recipient: None,
        }
    }
}
