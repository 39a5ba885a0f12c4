//! Pages of conversations: every order, both ways, with absent values and ties (architecture §5).

use chrono::TimeDelta;
use entity::conversation::Model;
use entity::enums::{ConversationState, ConversationStatus};
use entity::ids::{ConversationId, TagId};
use sea_orm::ConnectionTrait;
use switchboard::domain::filter::{Filter, TagCondition};
use switchboard::domain::permission::{ChannelAccess, Viewer};
use switchboard::domain::view::{Order, Sort, View, Whose};
use switchboard::error::Error;
use switchboard::store::conversations::list::Listing;
use switchboard::store::page::Window;

use crate::support::shelf::{self, Shelf, agent, minute, team};
use crate::support::volume::{self, literal};
use crate::support::{World, both};

both!(
    every_order_gives_every_row_once_both_ways,
    several_agents_teams_and_customers_are_merged_in_order,
    personal_scopes_and_tags_give_every_row_once_both_ways,
    a_cursor_serves_no_other_order,
    a_page_is_bounded_on_both_sides,
    hidden_channels_are_in_no_list_and_no_count,
);

const SORTS: [Sort; 7] = [
    Sort::LastActivity,
    Sort::Created,
    Sort::Updated,
    Sort::WaitingSince,
    Sort::Priority,
    Sort::SnoozedUntil,
    Sort::ClosedAt,
];

const ROWS: i64 = 46;

/// Rows in all states; every value that can be absent is absent in every other row, and every value is there more than once.
fn scatter(world: &World, shelf: &mut Shelf) {
    let organisation = world.organisation();
    let agents = [&organisation.ada, &organisation.bea, &organisation.carl];
    let teams = [&organisation.support, &organisation.billing];
    for n in 0..ROWS {
        let mut row = shelf.plain();
        // 7 and 46 have no common divisor, so the order of values isn't that of ids; halving makes ties.
        let mixed = n * 7 % ROWS;
        let pick = usize::try_from(mixed).unwrap();
        row.customer_id = shelf.customers[pick % shelf.customers.len()];
        row.created_at = minute(mixed / 2);
        row.updated_at = minute(mixed / 3) + TimeDelta::microseconds(mixed % 2);
        row.last_activity_at = minute(mixed / 2) + TimeDelta::milliseconds(mixed % 2);
        if pick % 2 == 0 {
            row.waiting_since = minute(mixed / 4);
            row.priority = i16::try_from(mixed / 2 % 4).unwrap() + 1;
            row.assignee_id = Some(agent(&agents[pick / 2 % 3].id));
        }
        if pick / 2 % 2 == 0 {
            row.team_id = Some(team(teams[pick % 2]));
        }
        match pick % 8 {
            1 | 3 => {
                row.state = ConversationState::Closed;
                row.status = ConversationStatus::Closed;
                row.closed_at = minute(mixed / 4);
            }
            5 => {
                row.state = ConversationState::Snoozed;
                row.snoozed_at = Some(minute(0));
                row.snoozed_until = if pick % 16 == 5 { minute(mixed) } else { row.snoozed_until };
            }
            7 => row.state = ConversationState::Spam,
            _ => {}
        }
        shelf.put(row);
    }
}

fn everybody(world: &World) -> Viewer {
    shelf::viewer(&world.organisation().bea.id, ChannelAccess::All)
}

fn all(order: Option<Order>) -> Listing {
    Listing { view: View::All, whose: Whose::All, filter: Filter::default(), order }
}

/// Pages through a whole list and answers the ids in the list's order.
async fn walk(world: &World, listing: &Listing, limit: u64, backward: bool) -> Vec<ConversationId> {
    let store = &world.app.service.store;
    let (mut found, mut edge) = (Vec::new(), None);
    loop {
        let (after, before) = if backward { (None, edge.take()) } else { (edge.take(), None) };
        let window = Window { limit, backward, after, before };
        let page = store.conversations(&everybody(world), listing, &window).await.unwrap();
        let ids: Vec<ConversationId> = page.rows.iter().map(|(_, row)| row.id).collect();
        let more = if backward { page.has_previous } else { page.has_next };
        let last = if backward { page.rows.first() } else { page.rows.last() };
        edge = last.map(|(cursor, _)| cursor.clone());
        if backward {
            found.splice(0..0, ids);
        } else {
            found.extend(ids);
        }
        assert!(found.len() <= usize::try_from(ROWS).unwrap(), "rows come twice: {listing:?}");
        if !more {
            return found;
        }
    }
}

fn expected(rows: &[Model], order: Order) -> Vec<ConversationId> {
    let mut rows: Vec<&Model> = rows.iter().collect();
    rows.sort_by_key(|row| {
        let micros = match order.by {
            Sort::LastActivity => row.last_activity_at.timestamp_micros(),
            Sort::Created => row.created_at.timestamp_micros(),
            Sort::Updated => row.updated_at.timestamp_micros(),
            Sort::WaitingSince => row.waiting_since.timestamp_micros(),
            Sort::Priority => row.priority.into(),
            Sort::SnoozedUntil => row.snoozed_until.timestamp_micros(),
            Sort::ClosedAt => row.closed_at.timestamp_micros(),
        };
        (micros, row.id)
    });
    if order.descending {
        rows.reverse();
    }
    rows.iter().map(|row| row.id).collect()
}

async fn every_order_gives_every_row_once_both_ways(world: &World) {
    let mut shelf = Shelf::of(world, 5).await;
    scatter(world, &mut shelf);
    let rows = shelf.write(world).await;
    for by in SORTS {
        for descending in [false, true] {
            let order = Order { by, descending };
            for backward in [false, true] {
                let found = walk(world, &all(Some(order)), 7, backward).await;
                assert_eq!(found, expected(rows, order), "{order:?} backward: {backward}");
            }
        }
    }
    shelf.clear(world).await;
}

async fn several_agents_teams_and_customers_are_merged_in_order(world: &World) {
    let mut shelf = Shelf::of(world, 5).await;
    scatter(world, &mut shelf);
    let rows = shelf.write(world).await.to_vec();
    let organisation = world.organisation();
    let agents = vec![agent(&organisation.ada.id), agent(&organisation.carl.id), agent(&organisation.dora.id)];
    let teams = vec![team(&organisation.support), team(&organisation.billing)];
    let customers = shelf.customers[1..4].to_vec();
    let filters = [
        Filter { assignees: Some(agents.clone()), ..Filter::default() },
        Filter { teams: Some(teams.clone()), ..Filter::default() },
        Filter { customers: Some(customers.clone()), ..Filter::default() },
        Filter { assignees: Some(agents), teams: Some(teams), customers: Some(customers), ..Filter::default() },
    ];
    for view in [View::Inbox, View::History, View::All] {
        for filter in &filters {
            let listing = Listing { view, whose: Whose::All, filter: filter.clone(), order: None };
            let fit = rows.iter().filter(|row| {
                view.states().contains(&row.state)
                    && filter.assignees.as_ref().is_none_or(|ids| row.assignee_id.is_some_and(|id| ids.contains(&id)))
                    && filter.teams.as_ref().is_none_or(|ids| row.team_id.is_some_and(|id| ids.contains(&id)))
                    && filter.customers.as_ref().is_none_or(|ids| ids.contains(&row.customer_id))
            });
            let fit: Vec<Model> = fit.cloned().collect();
            for backward in [false, true] {
                let found = walk(world, &listing, 3, backward).await;
                assert_eq!(found, expected(&fit, view.order()), "{listing:?} backward: {backward}");
            }
        }
    }
    shelf.clear(world).await;
}

/// Whether the row with a number has something.
type Has = fn(i64) -> bool;

/// What stands beside the rows: whom it is about, and whether a row has it.
const BESIDE: [(&str, Has); 4] = [
    (
        "INSERT INTO follow (conversation_id, agent_id, choice, since) SELECT id, {bea}, 'FOLLOWING', created_at FROM conversation WHERE number % 3 = 0",
        |n| n % 3 == 0,
    ),
    (
        "INSERT INTO mentioned (conversation_id, agent_id) SELECT id, {bea} FROM conversation WHERE number % 4 = 1",
        |n| n % 4 == 1,
    ),
    ("UPDATE conversation SET created_by_kind = 'AGENT', created_by_id = {bea} WHERE number % 5 < 2", |n| n % 5 < 2),
    (
        "INSERT INTO conversation_tag (conversation_id, tag_id) SELECT id, {tag} FROM conversation WHERE number % 2 = 0",
        |n| n % 2 == 0,
    ),
];

async fn personal_scopes_and_tags_give_every_row_once_both_ways(world: &World) {
    let mut shelf = Shelf::of(world, 5).await;
    scatter(world, &mut shelf);
    let all = shelf.write(world).await.to_vec();
    let rows = world.rows().await;
    let tag = TagId::parse(&world.tag("vip").await).unwrap();
    let bea = literal(&rows, agent(&world.organisation().bea.id).0);
    for (sql, _) in BESIDE {
        let sql = sql.replace("{bea}", &bea).replace("{tag}", &literal(&rows, tag.0));
        rows.execute_unprepared(&sql).await.unwrap();
    }
    // Somebody who doesn't follow any longer follows nothing.
    let carl = literal(&rows, agent(&world.organisation().carl.id).0);
    let left = format!(
        "INSERT INTO follow (conversation_id, agent_id, choice, since) SELECT id, {carl}, 'UNFOLLOWED', created_at FROM conversation"
    );
    rows.execute_unprepared(&left).await.unwrap();
    let tagged = TagCondition { has_any: Some(vec![tag]), ..TagCondition::default() };
    let tagged = Filter { tags: Some(tagged), ..Filter::default() };
    let by_carl = Filter { followed_by: Some(vec![agent(&world.organisation().carl.id)]), ..Filter::default() };
    let [follows, names, begun, wears] = BESIDE.map(|(_, has)| has);
    let cases: [(Whose, Filter, [Has; 2]); 7] = [
        (Whose::Following, Filter::default(), [follows, |_| true]),
        (Whose::Mentioned, Filter::default(), [names, |_| true]),
        (Whose::CreatedByMe, Filter::default(), [begun, |_| true]),
        (Whose::All, tagged.clone(), [wears, |_| true]),
        (Whose::Following, tagged.clone(), [follows, wears]),
        (Whose::CreatedByMe, tagged, [begun, wears]),
        (Whose::All, by_carl, [|_| false, |_| true]),
    ];
    for (whose, filter, [one, other]) in cases {
        for view in [View::Inbox, View::Snoozed, View::History, View::Spam, View::All] {
            let mut orders = vec![view.order()];
            if view == View::All {
                orders.extend(SORTS.map(|by| Order { by, descending: false }));
            }
            let fit = |row: &&Model| view.states().contains(&row.state) && one(row.number) && other(row.number);
            let fit: Vec<Model> = all.iter().filter(fit).cloned().collect();
            for order in orders {
                let listing = Listing { view, whose, filter: filter.clone(), order: Some(order) };
                for backward in [false, true] {
                    let found = walk(world, &listing, 3, backward).await;
                    assert_eq!(found, expected(&fit, order), "{listing:?} backward: {backward}");
                }
                let window = Window { limit: 1, backward: false, after: None, before: None };
                let store = &world.app.service.store;
                let whole = store.conversations(&everybody(world), &listing, &window).await.unwrap().whole;
                assert_eq!(store.count(&whole).await.unwrap(), Some(fit.len() as u64), "{listing:?}");
            }
        }
    }
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}

async fn a_cursor_serves_no_other_order(world: &World) {
    let mut shelf = Shelf::of(world, 1).await;
    scatter(world, &mut shelf);
    shelf.write(world).await;
    let store = &world.app.service.store;
    let first = Window { limit: 1, backward: false, after: None, before: None };
    for by in SORTS {
        let order = Order { by, descending: true };
        let page = store.conversations(&everybody(world), &all(Some(order)), &first).await.unwrap();
        let cursor = page.rows[0].0.clone();
        for other in SORTS.into_iter().flat_map(|by| [true, false].map(|descending| Order { by, descending })) {
            let window = Window { after: Some(cursor.clone()), ..first.clone() };
            let answer = store.conversations(&everybody(world), &all(Some(other)), &window).await;
            match answer {
                Ok(_) => assert_eq!(other, order),
                Err(error) => assert!(other != order && matches!(error, Error::BadRequest(_)), "{order:?} {other:?}"),
            }
        }
    }
    shelf.clear(world).await;
}

async fn a_page_is_bounded_on_both_sides(world: &World) {
    let mut shelf = Shelf::of(world, 1).await;
    scatter(world, &mut shelf);
    let order = Order { by: Sort::Priority, descending: true };
    let ids = expected(shelf.write(world).await, order);
    let store = &world.app.service.store;
    let read = async |window: Window| store.conversations(&everybody(world), &all(Some(order)), &window).await.unwrap();
    let whole = read(Window { limit: 100, backward: false, after: None, before: None }).await;
    assert!(!whole.has_next && !whole.has_previous);
    let cursor = |at: usize| Some(whole.rows[at].0.clone());
    for (backward, expected) in [(false, &ids[11..14]), (true, &ids[17..20])] {
        let page = read(Window { limit: 3, backward, after: cursor(10), before: cursor(20) }).await;
        assert_eq!(page.rows.iter().map(|(_, row)| row.id).collect::<Vec<_>>(), expected);
        assert!(page.has_next && page.has_previous);
    }
    let none = read(Window { limit: 0, backward: false, after: cursor(10), before: None }).await;
    assert!(none.rows.is_empty() && none.has_next);
    shelf.clear(world).await;
}

async fn hidden_channels_are_in_no_list_and_no_count(world: &World) {
    let mut shelf = Shelf::of(world, 1).await;
    let vip = shelf::restricted(world).await;
    let (mail, chat) = (shelf.mail, shelf.chat);
    for channel in [mail, mail, chat, vip] {
        let row = Model { channel_id: channel, ..shelf.plain() };
        shelf.put(row);
    }
    shelf.write(world).await;
    let store = &world.app.service.store;
    let window = Window { limit: 10, backward: false, after: None, before: None };
    let cases = [
        (ChannelAccess::All, None, 4),
        (ChannelAccess::Except(vec![vip]), None, 3),
        (ChannelAccess::Except(vec![vip]), Some(vec![vip]), 0),
        (ChannelAccess::Except(vec![vip]), Some(vec![vip, chat]), 1),
        (ChannelAccess::Only(vec![mail, chat, vip]), None, 4),
        (ChannelAccess::Only(vec![mail]), Some(vec![chat]), 0),
        (ChannelAccess::Only(Vec::new()), None, 0),
    ];
    for (access, channels, count) in cases {
        let viewer = shelf::viewer(&world.organisation().bea.id, access);
        let filter = Filter { channels, ..Filter::default() };
        let listing = Listing { view: View::Inbox, whose: Whose::All, filter, order: None };
        let page = store.conversations(&viewer, &listing, &window).await.unwrap();
        assert_eq!(page.rows.len(), count, "{viewer:?} {listing:?}");
        assert_eq!(store.count(&page.whole).await.unwrap(), Some(count as u64));
        if listing.filter.channels.is_none() {
            assert_eq!(store.inbox_counts(&viewer).await.unwrap().all, count as i64);
        }
    }
    shelf.clear(world).await;
}
