//! Why a subscription ends, in words and codes, with the cursor from which to follow on.

use async_graphql::ErrorExtensionValues;

use super::payload::Ending;
use crate::domain::cursor::Cursor;
use crate::domain::interest::Lost;
use crate::graphql::error::denied;
use crate::graphql::scalar::EventCursor;
use crate::http::codes;

/// The server leaves.
pub(super) fn shutting_down(at: Cursor) -> Ending {
    ended(at, codes::SHUTTING_DOWN, "The server is leaving; follow on from the cursor, on any node.")
}

/// The client doesn't read fast enough.
pub(super) fn slow_consumer(at: Cursor) -> Ending {
    ended(at, codes::SLOW_CONSUMER, "Too much was waiting to be read; follow on from the cursor.")
}

/// The token is revoked or expired, or its agent deactivated.
pub(super) fn unauthenticated(at: Cursor) -> Ending {
    ended(at, codes::UNAUTHENTICATED, "The token is no longer valid.")
}

/// The database was restored.
pub(super) fn epoch_changed(at: Cursor) -> Ending {
    ended(at, codes::EPOCH_CHANGED, "The database was restored; query again, then follow on.")
}

/// The database doesn't answer.
pub(super) fn overloaded(at: Cursor) -> Ending {
    ended(at, codes::OVERLOADED, "The database is busy; follow on from the cursor.")
}

/// A fault of ours.
pub(super) fn internal(at: Cursor) -> Ending {
    ended(at, codes::INTERNAL, "internal error")
}

/// The viewer's access has changed.
pub(super) fn lost(lost: Lost, at: Cursor) -> Ending {
    match lost {
        Lost::Conversation => ended(at, codes::NOT_FOUND, "There is no such conversation."),
        Lost::View => ended(at, codes::ACCESS_CHANGED, "What you may see has changed; query again, then follow on."),
        Lost::Right(why) => ended(at, "FORBIDDEN", &denied(why).message),
    }
}

fn ended(at: Cursor, code: &'static str, message: &str) -> Ending {
    let cursor = EventCursor(at).spell();
    let mut error = codes::error(code, message);
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("cursor", cursor.as_str());
    Ending { error, cursor: cursor.into() }
}
