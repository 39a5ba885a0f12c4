//! Where a client that comes back goes on from: the header `Last-Event-ID`.

use axum::http::HeaderMap;

use crate::domain::cursor::Cursor;
use crate::graphql::scalar::EventCursor;
use crate::http::codes;
use crate::http::fault::Fault;

/// The header's name.
pub const LAST_EVENT_ID: &str = "last-event-id";

/// The position of the last event the client got; none without the header, and for an empty one, by which clients mean that they got
/// none yet.
///
/// # Errors
/// `BAD_REQUEST` for anything but exactly one cursor.
pub fn last_event_id(headers: &HeaderMap) -> Result<Option<Cursor>, Fault> {
    let mut values = headers.get_all(LAST_EVENT_ID).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) if value.is_empty() => Ok(None),
        (Some(value), None) => value.to_str().map_err(|_| malformed()).and_then(read).map(Some),
        _ => Err(malformed()),
    }
}

fn read(text: &str) -> Result<Cursor, Fault> {
    EventCursor::parse(text).map(|cursor| cursor.0).map_err(|_| malformed())
}

fn malformed() -> Fault {
    let message = "Last-Event-ID is not a cursor of this server's event log.";
    Fault::request(vec![codes::error(codes::BAD_REQUEST, message)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resume(values: &[&'static str]) -> Result<Option<Cursor>, Fault> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(LAST_EVENT_ID, axum::http::HeaderValue::from_static(value));
        }
        last_event_id(&headers)
    }

    #[test]
    fn it_is_a_cursor_or_refused() {
        let (text, cursor) = ("AQAAAAEAAAAAAAAEEg", Cursor { epoch: 1, seq: 1042 });
        assert_eq!(resume(&[text]).unwrap(), Some(cursor));
        assert_eq!(resume(&[]).unwrap(), None);
        assert_eq!(resume(&[""]).unwrap(), None);
        for wrong in [&["1042"][..], &["AQAAAAEAAAAAAAAEEg=="], &[text, text], &["", text]] {
            let fault = resume(wrong).unwrap_err();
            assert_eq!(codes::code_of(&fault.errors[0]), Some(codes::BAD_REQUEST), "{wrong:?}");
        }
    }
}
