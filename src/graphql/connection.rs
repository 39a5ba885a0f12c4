//! Connections: how a page of a list is asked for and answered, the same for every list.
//!
//! Owns the arguments' limits and the connection types. Where a page begins and ends is the store's business.

use std::borrow::Cow;

use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName};

use super::error::{bad_request, shown};
use super::reader::Reader;
use crate::store::page::{Page, Window};

const DEFAULT: i32 = 25;
const MOST: i32 = 100;

/// The window that a connection's arguments ask for: the first 25 unless they say otherwise, and the last 25 with `before` alone.
///
/// # Errors
/// `BAD_REQUEST` for `first` with `last`, and for either below 0 or above 100.
pub fn window(
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> async_graphql::Result<Window> {
    let (limit, backward) = match (first, last) {
        (Some(_), Some(_)) => return Err(bad_request("Give either first or last, not both.")),
        (Some(first), None) => (first, false),
        (None, Some(last)) => (last, true),
        (None, None) => (DEFAULT, before.is_some() && after.is_none()),
    };
    match u64::try_from(limit) {
        Ok(limit) if limit <= MOST.unsigned_abs().into() => Ok(Window { limit, backward, after, before }),
        _ => Err(bad_request(format!("first and last may be 0 to {MOST}."))),
    }
}

/// Where a page lies in its list.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct PageInfo {
    /// Whether more nodes follow this page. Exact when paging forwards; when paging backwards it says whether `before` was given.
    pub has_next_page: bool,
    /// Whether more nodes precede this page. Exact when paging backwards; when paging forwards it says whether `after` was given.
    pub has_previous_page: bool,
    /// The cursor of the page's first edge, to pass as `before`. Null when the page is empty.
    pub start_cursor: Option<String>,
    /// The cursor of the page's last edge, to pass as `after`. Null when the page is empty.
    pub end_cursor: Option<String>,
}

/// A node and its place in the list.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name_type)]
pub struct Edge<N: OutputType> {
    /// The node's place in this order of the list: opaque, for `after` and `before` of the same list in the same order. It is not an
    /// `EventCursor`.
    pub cursor: String,
    /// The node.
    pub node: N,
}

impl<N: OutputType> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

/// A page of a list that can be counted.
#[derive(Clone, Debug)]
pub struct Connection<N>(pub Page<N>);

impl<N: OutputType> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<N: OutputType + Clone> Connection<N> {
    /// The nodes with their cursors, in the list's order whichever way it is paged.
    async fn edges(&self) -> Vec<Edge<N>> {
        edges(&self.0)
    }

    /// The nodes alone, in the list's order whichever way it is paged.
    async fn nodes(&self) -> Vec<&N> {
        nodes(&self.0)
    }

    /// Where this page lies in the list.
    async fn page_info(&self) -> PageInfo {
        page_info(&self.0)
    }

    /// How long the whole list is, without regard to the page. It is exact up to 10,000 and null above; it is counted only when it is
    /// selected.
    async fn total_count(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<i32>> {
        let count = async {
            let count = Reader::of(ctx)?.service.store.count(&self.0.whole).await.map_err(shown)?;
            Ok(count.and_then(|count| i32::try_from(count).ok()))
        };
        count.await.transpose()
    }
}

/// A page of a list that isn't counted.
#[derive(Clone, Debug)]
pub struct Uncounted<N>(pub Page<N>);

impl<N: OutputType> TypeName for Uncounted<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<N: OutputType + Clone> Uncounted<N> {
    /// The nodes with their cursors, in the list's order whichever way it is paged.
    async fn edges(&self) -> Vec<Edge<N>> {
        edges(&self.0)
    }

    /// The nodes alone, in the list's order whichever way it is paged.
    async fn nodes(&self) -> Vec<&N> {
        nodes(&self.0)
    }

    /// Where this page lies in the list.
    async fn page_info(&self) -> PageInfo {
        page_info(&self.0)
    }
}

/// The nodes of a page with their cursors.
pub(super) fn edges<N: OutputType + Clone>(page: &Page<N>) -> Vec<Edge<N>> {
    page.rows.iter().map(|(cursor, node)| Edge { cursor: cursor.clone(), node: node.clone() }).collect()
}

/// The nodes of a page.
pub(super) fn nodes<N>(page: &Page<N>) -> Vec<&N> {
    page.rows.iter().map(|(_, node)| node).collect()
}

/// Where a page lies.
pub(super) fn page_info<N>(page: &Page<N>) -> PageInfo {
    let cursor = |row: Option<&(String, N)>| row.map(|(cursor, _)| cursor.clone());
    PageInfo {
        has_next_page: page.has_next,
        has_previous_page: page.has_previous,
        start_cursor: cursor(page.rows.first()),
        end_cursor: cursor(page.rows.last()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_the_first_25_unless_asked_otherwise() {
        let cursor = || Some("x".to_owned());
        let size =
            |first, after, last, before| window(first, after, last, before).map(|w| (w.limit, w.backward)).unwrap();
        assert_eq!(size(None, None, None, None), (25, false));
        assert_eq!(size(None, cursor(), None, cursor()), (25, false));
        assert_eq!(size(None, None, None, cursor()), (25, true));
        assert_eq!(size(Some(0), None, None, cursor()), (0, false));
        assert_eq!(size(None, cursor(), Some(100), None), (100, true));
    }

    #[test]
    fn windows_beyond_the_limits_are_bad_requests() {
        for (first, last) in
            [(Some(1), Some(1)), (Some(101), None), (None, Some(101)), (Some(-1), None), (None, Some(-1))]
        {
            let error = window(first, None, last, None).unwrap_err();
            let code = error.extensions.and_then(|extensions| extensions.get("code").cloned());
            assert_eq!(code, Some("BAD_REQUEST".into()), "{first:?} {last:?}");
        }
    }
}
