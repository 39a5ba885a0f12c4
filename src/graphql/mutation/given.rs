//! Reading inputs: ids, and values that may be omitted, null or given.

use async_graphql::{ID, MaybeUndefined};

use crate::domain::rejection::Rejection;

/// An id of the right kind; any other names nothing.
pub fn id<T>(field: &str, id: &ID, parse: fn(&str) -> Option<T>) -> Result<T, Rejection> {
    parse(id).ok_or_else(|| Rejection::not_found(field))
}

/// An id that needn't be given; omitted or null = none.
pub fn optional_id<T>(field: &str, id: Option<&ID>, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Rejection> {
    id.map(|given| self::id(field, given, parse)).transpose()
}

/// An id that can change and be cleared.
pub fn clear_id<T>(
    field: &str,
    id: &MaybeUndefined<ID>,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<Option<T>>, Rejection> {
    id.as_opt_ref().map(|given| optional_id(field, given, parse)).transpose()
}

/// A list of ids; omitted = none.
pub fn ids<T>(field: &str, ids: Option<Vec<ID>>, parse: fn(&str) -> Option<T>) -> Result<Vec<T>, Rejection> {
    ids.unwrap_or_default().iter().map(|text| id(field, text, parse)).collect()
}

/// A list of ids that replaces another; omitted = unchanged, null is REQUIRED.
pub fn list<T>(
    field: &str,
    ids: MaybeUndefined<Vec<ID>>,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<Vec<T>>, Rejection> {
    let given = change(field, ids)?;
    given.map(|given| self::ids(field, Some(given), parse)).transpose()
}

/// A value that can change but not be cleared: null is REQUIRED.
pub fn change<T>(field: &str, value: MaybeUndefined<T>) -> Result<Option<T>, Rejection> {
    match value {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Err(Rejection::required(field)),
        MaybeUndefined::Value(value) => Ok(Some(value)),
    }
}

/// A value that can change and be cleared.
pub fn clear<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rejection::Code;
    use entity::ids::AgentId;

    #[test]
    fn omitted_null_and_given_are_three_things() {
        assert_eq!(change::<i32>("name", MaybeUndefined::Undefined), Ok(None));
        assert_eq!(change::<i32>("name", MaybeUndefined::Null).unwrap_err().code, Code::Required);
        assert_eq!(clear::<i32>(MaybeUndefined::Null), Some(None));
        assert_eq!(clear(MaybeUndefined::Value(1)), Some(Some(1)));
    }

    #[test]
    fn an_id_of_another_kind_names_nothing() {
        let team = ID::from("team_01h455vb4pex5vsknk084sn02q");
        let refused = ids("memberIds", Some(vec![team]), AgentId::parse).unwrap_err();
        assert_eq!((refused.code, refused.field), (Code::NotFound, vec!["memberIds".to_owned()]));
        assert_eq!(ids("memberIds", None, AgentId::parse), Ok(vec![]));
    }
}
