//! Switchboard: the conversation API for support teams.
