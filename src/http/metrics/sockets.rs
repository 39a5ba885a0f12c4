//! The counters of WebSockets.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Page, add, read};

/// How a socket ended: by the code of its close frame, or without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketEnd {
    /// The client closed it.
    Client,
    /// The connection broke.
    Gone,
    /// The client didn't read.
    Stalled,
    /// 1002: frames that aren't a WebSocket's.
    Malformed,
    /// 1007: text that isn't UTF-8.
    NotUtf8,
    /// 1009: a message over the limit.
    TooBig,
    /// 4400.
    BadRequest,
    /// 4401.
    Unauthorized,
    /// 4403.
    Forbidden,
    /// 4406.
    OtherProtocol,
    /// 4408: no `connection_init`, or no pong, in time.
    Timeout,
    /// 4409.
    AlreadyExists,
    /// 4429.
    TooManyInits,
    /// 4500.
    Internal,
    /// 4503: the server leaves or is busy.
    Unavailable,
}

impl SocketEnd {
    const ALL: [Self; 15] = [
        Self::Client,
        Self::Gone,
        Self::Stalled,
        Self::Malformed,
        Self::NotUtf8,
        Self::TooBig,
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::OtherProtocol,
        Self::Timeout,
        Self::AlreadyExists,
        Self::TooManyInits,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The code of the close frame; none where the client began, or where it couldn't be reached.
    pub fn code(self) -> Option<u16> {
        self.label().parse().ok()
    }

    /// The code, or the word for the end without one.
    pub fn label(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Gone => "gone",
            Self::Stalled => "stalled",
            Self::Malformed => "1002",
            Self::NotUtf8 => "1007",
            Self::TooBig => "1009",
            Self::BadRequest => "4400",
            Self::Unauthorized => "4401",
            Self::Forbidden => "4403",
            Self::OtherProtocol => "4406",
            Self::Timeout => "4408",
            Self::AlreadyExists => "4409",
            Self::TooManyInits => "4429",
            Self::Internal => "4500",
            Self::Unavailable => "4503",
        }
    }
}

/// The counters of all sockets of one server.
#[derive(Default)]
pub struct Sockets {
    opened: AtomicU64,
    closed: [AtomicU64; SocketEnd::ALL.len()],
}

impl Sockets {
    /// Counts a socket from its handshake on.
    pub fn opened(&self) {
        add(&self.opened, 1);
    }

    /// Counts how a socket ended.
    pub fn closed(&self, end: SocketEnd) {
        add(&self.closed[end as usize], 1);
    }

    pub(super) fn render(&self, page: &mut Page) {
        let ended: u64 = self.closed.iter().map(read).sum();
        page.head("switchboard_sockets_open", "gauge", "WebSockets that are open.");
        page.row("switchboard_sockets_open", "", self.opened.load(Ordering::Relaxed).saturating_sub(ended));
        let name = "switchboard_sockets_closed_total";
        page.head(
            name,
            "counter",
            "WebSockets that ended, by the code of the close frame or the way they ended without one.",
        );
        for end in SocketEnd::ALL {
            page.row(name, &format!("code=\"{}\"", end.label()), read(&self.closed[end as usize]));
        }
    }
}
