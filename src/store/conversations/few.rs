//! Lists narrowed to what a search finds, and lists that only grow, narrowed to what is related to one agent, tag or ticket.
//!
//! Of few related conversations each is looked up and they are sorted; among many, the list is walked until a page is full. Which of
//! the two is quick depends on how many there are, which a plan made for any agent or tag can't know: so one statement holds both
//! ways, and the number, counted only so far, opens one of them.

use entity::conversation::Entity;
use entity::enums::ConversationState;
use sea_orm::sea_query::{ExprTrait, SelectStatement};
use sea_orm::{QueryFilter, QuerySelect, QueryTrait};

use super::criteria::Criteria;
use super::filter;
use super::relations::{Related, Start};
use crate::store::page::{self, Bounds};

/// As many are looked up one by one.
const FEW: u64 = 5_000;

/// The two ways; none where the list is short enough to be walked or nothing narrows it.
pub(super) fn ways(criteria: &Criteria, order: &page::Order<Entity>, bounds: &Bounds) -> Option<Vec<SelectStatement>> {
    if !criteria.states.contains(&ConversationState::Closed) {
        return None;
    }
    let (related, rest) = narrowest(criteria)?;
    let few = related.clone().are_at_most(FEW);
    let one_by_one = filter::select(&rest, Start::List).filter(few.clone()).filter(related.first(FEW + 1));
    // Limited, so that nobody walks the list to have them in order.
    let one_by_one = order.between(one_by_one, bounds).limit(FEW + 1);
    let walk = order.part(filter::select(criteria, Start::List).filter(few.not()), bounds);
    Some(vec![one_by_one.into_query(), walk.into_query()])
}

/// What a search finds, each looked up by itself whatever the list; none where nothing is searched for.
pub(super) fn found(criteria: &Criteria, order: &page::Order<Entity>, bounds: &Bounds) -> Option<SelectStatement> {
    criteria.found.as_ref()?;
    // Limited for the same reason, by what no list reaches: customers may have any number of conversations.
    let found = order.between(filter::select(criteria, Start::List), bounds).limit(i64::MAX.unsigned_abs());
    Some(found.into_query())
}

/// What probably narrows the list most, and the other conditions.
fn narrowest(criteria: &Criteria) -> Option<(Related, Criteria)> {
    let mut rest = criteria.clone();
    if let Some(tickets) = rest.tickets.take() {
        return Some((Related::linked_to(&tickets), rest));
    }
    if let Some(agent) = rest.mentions.take() {
        return Some((Related::mentioning(agent), rest));
    }
    if let Some(agent) = rest.followers.pop() {
        return Some((Related::followed_by(agent), rest));
    }
    if let Some(tag) = rest.tags.all.pop() {
        return Some((Related::tagged(&[tag]), rest));
    }
    let any = std::mem::take(&mut rest.tags.any);
    (!any.is_empty()).then(|| (Related::tagged(&any), rest))
}
