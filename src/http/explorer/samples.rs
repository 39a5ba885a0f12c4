//! The sample operations that the explorer opens as tabs, kept as files in `explorer/samples/`.
//! Each works on the demo's data as it stands; a test runs every one of them.

/// One tab.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Its file's name without the ending; the number is its place among the tabs.
    pub name: &'static str,
    /// One operation; its name is the tab's title.
    pub query: &'static str,
    /// JSON in which `"{{path.0.id}}"` stands for a value from the answer to [`IDS`].
    pub variables: Option<&'static str>,
}

/// The operation that finds ids for the samples' variables: the page runs it once when it opens with a token.
pub const IDS: &str = include_str!("../../../explorer/samples/ids.graphql");

/// In the order of the tabs.
pub static SAMPLES: [Sample; 24] = [
    Sample {
        name: "01-who-am-i",
        query: include_str!("../../../explorer/samples/01-who-am-i.graphql"),
        variables: None,
    },
    Sample {
        name: "02-inbox",
        query: include_str!("../../../explorer/samples/02-inbox.graphql"),
        variables: Some(include_str!("../../../explorer/samples/02-inbox.variables.json")),
    },
    Sample {
        name: "03-conversation",
        query: include_str!("../../../explorer/samples/03-conversation.graphql"),
        variables: Some(include_str!("../../../explorer/samples/03-conversation.variables.json")),
    },
    Sample {
        name: "04-receive-message",
        query: include_str!("../../../explorer/samples/04-receive-message.graphql"),
        variables: Some(include_str!("../../../explorer/samples/04-receive-message.variables.json")),
    },
    Sample {
        name: "05-reply-and-close",
        query: include_str!("../../../explorer/samples/05-reply-and-close.graphql"),
        variables: Some(include_str!("../../../explorer/samples/05-reply-and-close.variables.json")),
    },
    Sample {
        name: "06-assign",
        query: include_str!("../../../explorer/samples/06-assign.graphql"),
        variables: Some(include_str!("../../../explorer/samples/06-assign.variables.json")),
    },
    Sample {
        name: "07-history",
        query: include_str!("../../../explorer/samples/07-history.graphql"),
        variables: Some(include_str!("../../../explorer/samples/07-history.variables.json")),
    },
    Sample {
        name: "08-changes",
        query: include_str!("../../../explorer/samples/08-changes.graphql"),
        variables: Some(include_str!("../../../explorer/samples/08-changes.variables.json")),
    },
    Sample {
        name: "09-tag-and-prioritise",
        query: include_str!("../../../explorer/samples/09-tag-and-prioritise.graphql"),
        variables: Some(include_str!("../../../explorer/samples/09-tag-and-prioritise.variables.json")),
    },
    Sample {
        name: "10-note",
        query: include_str!("../../../explorer/samples/10-note.graphql"),
        variables: Some(include_str!("../../../explorer/samples/10-note.variables.json")),
    },
    Sample {
        name: "11-notifications",
        query: include_str!("../../../explorer/samples/11-notifications.graphql"),
        variables: None,
    },
    Sample { name: "12-spam", query: include_str!("../../../explorer/samples/12-spam.graphql"), variables: None },
    Sample {
        name: "13-find-work",
        query: include_str!("../../../explorer/samples/13-find-work.graphql"),
        variables: Some(include_str!("../../../explorer/samples/13-find-work.variables.json")),
    },
    Sample { name: "14-people", query: include_str!("../../../explorer/samples/14-people.graphql"), variables: None },
    Sample {
        name: "15-snooze",
        query: include_str!("../../../explorer/samples/15-snooze.graphql"),
        variables: Some(include_str!("../../../explorer/samples/15-snooze.variables.json")),
    },
    Sample { name: "16-asleep", query: include_str!("../../../explorer/samples/16-asleep.graphql"), variables: None },
    Sample {
        name: "17-search",
        query: include_str!("../../../explorer/samples/17-search.graphql"),
        variables: Some(include_str!("../../../explorer/samples/17-search.variables.json")),
    },
    Sample {
        name: "18-bulk",
        query: include_str!("../../../explorer/samples/18-bulk.graphql"),
        variables: Some(include_str!("../../../explorer/samples/18-bulk.variables.json")),
    },
    Sample {
        name: "19-tickets",
        query: include_str!("../../../explorer/samples/19-tickets.graphql"),
        variables: Some(include_str!("../../../explorer/samples/19-tickets.variables.json")),
    },
    Sample {
        name: "20-find-tickets",
        query: include_str!("../../../explorer/samples/20-find-tickets.graphql"),
        variables: None,
    },
    Sample {
        name: "21-follow-live",
        query: include_str!("../../../explorer/samples/21-follow-live.graphql"),
        variables: None,
    },
    Sample {
        name: "22-workflows",
        query: include_str!("../../../explorer/samples/22-workflows.graphql"),
        variables: None,
    },
    Sample {
        name: "23-test-workflow",
        query: include_str!("../../../explorer/samples/23-test-workflow.graphql"),
        variables: Some(include_str!("../../../explorer/samples/23-test-workflow.variables.json")),
    },
    Sample {
        name: "24-create-workflow",
        query: include_str!("../../../explorer/samples/24-create-workflow.graphql"),
        variables: Some(include_str!("../../../explorer/samples/24-create-workflow.variables.json")),
    },
];
