//! What an agent hasn't read (semantics §6.7): a customer's message they haven't read up to. Notes, replies and changes make nothing
//! unread, and in spam nothing is.

use entity::enums::ConversationState;

/// Read up to nowhere: what an agent has who never read the conversation.
pub const NOT_READ: i32 = 0;
/// Marked unread by hand: below every version, so that it is unread also without a customer's message.
pub const MARKED_UNREAD: i32 = -1;

/// Whether a conversation is unread for an agent who read up to a version of it.
#[must_use]
pub fn is_unread(state: ConversationState, unread_version: i32, read_to: i32) -> bool {
    state != ConversationState::Spam && unread_version > read_to
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::enums::ConversationState::{Closed, Open, Snoozed, Spam};

    #[test]
    fn it_is_unread_from_its_newest_customer_message_until_read_up_to_it() {
        for state in [Open, Snoozed, Closed] {
            assert!(is_unread(state, 2, NOT_READ));
            assert!(is_unread(state, 5, 4));
            assert!(!is_unread(state, 5, 5));
            assert!(!is_unread(state, 5, 9));
            assert!(!is_unread(state, 0, NOT_READ), "no customer has written");
            assert!(is_unread(state, 0, MARKED_UNREAD), "marked by hand all the same");
        }
    }

    #[test]
    fn nothing_in_spam_is_unread() {
        assert!(!is_unread(Spam, 5, NOT_READ));
        assert!(!is_unread(Spam, 5, MARKED_UNREAD));
    }
}
