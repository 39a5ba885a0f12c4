//! The sample operations that the explorer opens as tabs, told as stories and kept as files in `explorer/samples/`.
//! Each works on the demo's data as it stands; a test runs every one of them.

/// What somebody comes to do: its samples are the tabs that are open together.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    /// How the page's address names it: `/explorer?story=inbox`.
    pub slug: &'static str,
    /// What its link says.
    pub title: &'static str,
    /// A line on what is in it.
    pub about: &'static str,
    /// In the order of the tabs.
    pub samples: &'static [Sample],
}

/// One tab.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Its file's name without the ending, behind its story's folder.
    pub name: &'static str,
    /// One operation; its name is the tab's title.
    pub query: &'static str,
    /// JSON in which `"{{path.0.id}}"` stands for a value from the answer to [`IDS`].
    pub variables: Option<&'static str>,
}

/// The operation that finds ids for the samples' variables: the page runs it once when it opens with a token.
pub const IDS: &str = include_str!("../../../explorer/samples/ids.graphql");

/// A sample without variables, and one with.
macro_rules! sample {
    ($name:literal) => {
        sample!($name, None)
    };
    ($name:literal + variables) => {
        sample!($name, Some(include_str!(concat!("../../../explorer/samples/", $name, ".variables.json"))))
    };
    ($name:literal, $variables:expr) => {
        Sample {
            name: $name,
            query: include_str!(concat!("../../../explorer/samples/", $name, ".graphql")),
            variables: $variables,
        }
    };
}

/// In the order of the page; the first is what opens.
pub static STORIES: [Story; 6] = [
    Story {
        slug: "inbox",
        title: "Inbox",
        about: "What waits: lists, counts, search, one conversation's timeline.",
        samples: &[
            sample!("1-inbox/1-who-am-i"),
            sample!("1-inbox/2-inbox" + variables),
            sample!("1-inbox/3-conversation" + variables),
            sample!("1-inbox/4-find-work" + variables),
            sample!("1-inbox/5-search" + variables),
            sample!("1-inbox/6-notifications"),
            sample!("1-inbox/7-asleep"),
            sample!("1-inbox/8-history" + variables),
            sample!("1-inbox/9-spam"),
        ],
    },
    Story {
        slug: "manage",
        title: "Manage",
        about: "A customer writes; assign, tag, note, snooze, reply and close.",
        samples: &[
            sample!("2-manage/1-receive-message" + variables),
            sample!("2-manage/2-assign" + variables),
            sample!("2-manage/3-tag-and-prioritise" + variables),
            sample!("2-manage/4-note" + variables),
            sample!("2-manage/5-snooze" + variables),
            sample!("2-manage/6-bulk" + variables),
            sample!("2-manage/7-reply-and-close" + variables),
        ],
    },
    Story {
        slug: "follow-live",
        title: "Follow live",
        about: "What happens, as it happens or since a cursor.",
        samples: &[
            sample!("3-follow-live/1-follow-the-inbox"),
            sample!("3-follow-live/2-follow-one" + variables),
            sample!("3-follow-live/3-changes" + variables),
        ],
    },
    Story {
        slug: "tickets",
        title: "Tickets",
        about: "Find them by another system's key; create, link and resolve.",
        samples: &[
            sample!("4-tickets/1-find-tickets"),
            sample!("4-tickets/2-create-ticket" + variables),
            sample!("4-tickets/3-tickets" + variables),
        ],
    },
    Story {
        slug: "workflows",
        title: "Workflows",
        about: "What ran by itself and why, a rehearsal, a new one. For admins.",
        samples: &[
            sample!("5-workflows/1-workflows"),
            sample!("5-workflows/2-test-workflow" + variables),
            sample!("5-workflows/3-create-workflow" + variables),
        ],
    },
    Story {
        slug: "admin",
        title: "Admin",
        about: "People, teams, tags, channels and tokens. For admins.",
        samples: &[
            sample!("6-admin/1-people"),
            sample!("6-admin/2-create-agent" + variables),
            sample!("6-admin/3-set-up-team" + variables),
            sample!("6-admin/4-create-token" + variables),
            sample!("6-admin/5-tokens"),
        ],
    },
];
