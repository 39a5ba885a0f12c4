//! Whatever may happen to conversations, drawn at random; also what is refused.

use serde_json::{Value, json};

use super::dice::Dice;
use super::organisation::{Organisation, Person};
use super::{Answer, World};

/// The conversations, tags, tickets and notes that there are.
#[derive(Clone, Default)]
pub struct Bustle {
    /// Conversations, also of the restricted channel.
    pub conversations: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Tickets.
    pub tickets: Vec<String>,
    notes: Vec<String>,
}

/// What somebody does.
pub struct Deed {
    /// Who.
    pub by: &'static Person,
    /// The mutation.
    pub mutation: &'static str,
    /// Its input.
    pub input: Value,
}

const CUSTOMERS: [&str; 5] = ["zoe", "yan", "xaver", "wilma", "viktor"];
const PRIORITIES: [Option<&str>; 4] = [None, Some("LOW"), Some("HIGH"), Some("URGENT")];
const KINDS: [&str; 4] = ["RELATED", "PARENT", "CHILD", "DUPLICATE_OF"];
const STATUSES: [&str; 3] = ["OPEN", "IN_PROGRESS", "RESOLVED"];

impl Bustle {
    /// Some conversations on each channel, tags and tickets.
    pub async fn begin(world: &World, conversations: usize) -> Self {
        let mut bustle = Self::default();
        for at in 0..conversations {
            let from = format!("first-{at}@example.com");
            let id = match at % 4 {
                0 => world.chatted(&from, "Hello").await.conversation(),
                1 => world.hidden().await,
                _ => world.mailed(&from, "Hello").await.conversation(),
            };
            bustle.conversations.push(id);
        }
        for at in 0..4 {
            bustle.tags.push(world.tag(&format!("tag {at}")).await);
            bustle.tickets.push(world.a_ticket(&format!("Ticket {at}")).await);
        }
        bustle
    }

    /// Remembers what a deed brought.
    pub fn learn(&mut self, answer: &Answer) {
        let payload = answer.payload();
        for (at, known) in [
            ("/conversation/id", &mut self.conversations),
            ("/note/id", &mut self.notes),
            ("/ticket/id", &mut self.tickets),
        ] {
            let id = payload.pointer(at).and_then(Value::as_str).unwrap_or_default();
            if !id.is_empty() && !known.iter().any(|other| other == id) {
                known.push(id.to_owned());
            }
        }
    }

    /// What somebody does next.
    pub fn draw(&self, organisation: &'static Organisation, dice: &mut Dice) -> Deed {
        let by = dice.one_of(&[
            &organisation.ada,
            &organisation.bea,
            &organisation.bea,
            &organisation.carl,
            &organisation.dora,
            &organisation.robot,
        ]);
        let it = json!({ "conversationId": self.any(&self.conversations, dice) });
        let agents = [&organisation.ada, &organisation.bea, &organisation.carl, &organisation.dora];
        let agent = dice.one_of(&agents).id.clone();
        let (mutation, more) = match dice.below(100) {
            0..12 => return self.receive(organisation, dice),
            12..18 => ("reply", reply(dice)),
            18..26 => ("assignConversation", assignment(organisation, dice)),
            26..34 => ("addTags", json!({ "tagIds": [self.any(&self.tags, dice)] })),
            34..39 => ("removeTags", json!({ "tagIds": [self.any(&self.tags, dice)] })),
            39..45 => ("setPriority", json!({ "priority": dice.one_of(&PRIORITIES) })),
            45..51 => ("snoozeConversation", snooze(dice)),
            51..53 => ("wakeConversation", json!({})),
            53..58 => ("closeConversation", json!({})),
            58..62 => ("reopenConversation", json!({})),
            62..67 => ("addNote", note(&agent, dice)),
            67..69 => return self.note_again(by, &agent, dice),
            69..72 => ("followConversation", json!({})),
            72..74 => ("unfollowConversation", json!({})),
            74..76 => ("addFollowers", json!({ "agentIds": [agent] })),
            76..78 => ("removeFollowers", json!({ "agentIds": [agent] })),
            78..81 => ("markAsSpam", json!({ "blockSender": dice.falls(20) })),
            81..85 => ("restoreFromSpam", json!({ "unblockSender": dice.falls(80) })),
            85 => ("updateConversation", json!({ "subject": format!("Subject {}", dice.below(1_000)) })),
            86 => return begin(organisation, by, dice),
            87..89 => ("linkConversations", self.link(dice)),
            89 => ("unlinkConversations", json!({ "otherId": self.any(&self.conversations, dice) })),
            90 => ("createTicket", json!({ "title": "Again", "reopenOnResolve": dice.falls(50) })),
            91..94 => ("linkTicket", self.ticket(json!({ "reopenOnResolve": dice.falls(50) }), dice)),
            94 => ("unlinkTicket", self.ticket(json!({}), dice)),
            95..97 => {
                let input = self.ticket(json!({ "status": dice.one_of(&STATUSES) }), dice);
                return Deed { by, mutation: "updateTicket", input };
            }
            _ => ("applyActions", json!({ "actions": self.actions(&agent, dice) })),
        };
        Deed { by, mutation, input: joined(it, more) }
    }

    fn any<'a>(&self, of: &'a [String], dice: &mut Dice) -> &'a str {
        if of.is_empty() { "none" } else { &of[dice.below(of.len())] }
    }

    fn receive(&self, organisation: &'static Organisation, dice: &mut Dice) -> Deed {
        let from = dice.one_of(&CUSTOMERS);
        let channel = match dice.below(10) {
            0 => &organisation.vip,
            1..5 => &organisation.chat,
            _ => &organisation.mail,
        };
        let email = format!("{from}@example.com");
        let text = format!("Hello {}", dice.below(1_000));
        let mut input = json!({ "channelId": channel, "customer": { "email": email }, "text": text });
        input["automatic"] = json!(dice.falls(10));
        if dice.falls(60) {
            input["subject"] = json!(format!("Re: [#{}]", 1 + dice.below(self.conversations.len())));
            let customer = format!("first-{}@example.com", dice.below(self.conversations.len()));
            input["customer"]["email"] = json!(if dice.falls(50) { customer } else { email });
        }
        Deed { by: &organisation.gateway, mutation: "receiveMessage", input }
    }

    fn note_again(&self, by: &'static Person, agent: &str, dice: &mut Dice) -> Deed {
        let id = json!({ "noteId": self.any(&self.notes, dice) });
        match dice.falls(50) {
            true => Deed { by, mutation: "editNote", input: joined(id, note(agent, dice)) },
            false => Deed { by, mutation: "deleteNote", input: id },
        }
    }

    fn link(&self, dice: &mut Dice) -> Value {
        json!({ "otherId": self.any(&self.conversations, dice), "kind": dice.one_of(&KINDS) })
    }

    fn ticket(&self, more: Value, dice: &mut Dice) -> Value {
        joined(json!({ "ticketId": self.any(&self.tickets, dice) }), more)
    }

    /// Several actions at once, all or nothing.
    fn actions(&self, agent: &str, dice: &mut Dice) -> Vec<Value> {
        let many = 2 + dice.below(3);
        let mut actions = Vec::new();
        for _ in 0..many {
            actions.push(match dice.below(6) {
                0 => json!({ "assign": { "assigneeId": agent } }),
                1 => json!({ "addTags": [self.any(&self.tags, dice)] }),
                2 => json!({ "setPriority": { "priority": dice.one_of(&PRIORITIES) } }),
                3 => json!({ "addNote": note(agent, dice) }),
                4 => json!({ "close": true }),
                _ => json!({ "reopen": true }),
            });
        }
        actions
    }
}

/// An agent writes first.
fn begin(organisation: &'static Organisation, by: &'static Person, dice: &mut Dice) -> Deed {
    let customer = json!({ "email": format!("{}@example.com", dice.one_of(&CUSTOMERS)) });
    let input = json!({ "channelId": organisation.mail, "customer": customer, "text": "Have you heard?" });
    Deed { by, mutation: "startConversation", input }
}

fn reply(dice: &mut Dice) -> Value {
    let then = dice.one_of(&[json!(null), json!({ "close": true }), json!({ "open": true })].each_ref()).clone();
    json!({ "text": format!("Hi {}", dice.below(1_000)), "then": then })
}

fn assignment(organisation: &Organisation, dice: &mut Dice) -> Value {
    match dice.below(6) {
        0 => json!({ "assigneeId": organisation.bea.id }),
        1 => json!({ "assigneeId": organisation.dora.id }),
        2 => json!({ "assigneeId": null }),
        3 => json!({ "teamId": organisation.support, "assigneeId": organisation.bea.id }),
        4 => json!({ "teamId": organisation.billing }),
        _ => json!({ "teamId": null, "assigneeId": organisation.carl.id }),
    }
}

fn snooze(dice: &mut Dice) -> Value {
    match dice.below(3) {
        0 => json!({ "until": { "customerReplies": true } }),
        1 => json!({ "until": { "after": "PT1H" }, "wakeOnReply": dice.falls(50) }),
        _ => json!({ "until": { "preset": "TOMORROW_MORNING" } }),
    }
}

fn note(agent: &str, dice: &mut Dice) -> Value {
    match dice.below(3) {
        0 => json!({ "text": "Look, @support", "mentions": [] }),
        1 => json!({ "text": "Look", "mentions": [{ "agentId": agent }] }),
        _ => json!({ "text": format!("Look {}", dice.below(1_000)), "mentions": [] }),
    }
}

fn joined(mut one: Value, other: Value) -> Value {
    let (Value::Object(into), Value::Object(more)) = (&mut one, other) else { panic!("objects") };
    into.extend(more);
    one
}
