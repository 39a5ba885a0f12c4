// Which noun each thing of the schema belongs to: the first whose pattern fits its name. What fits none stops the reference from being
// made, so that nothing new is left out of it or listed under a wrong heading unseen.

/** The headings, in the order in which they stand on a page. None may be spelled like a field or a type. */
const NOUNS = [
  'Who asks', 'Inbox and history', 'Messages to and fro', 'Managing a conversation', 'Lists of actions', 'Notes and mentions',
  'Following, reading and notifications', 'Entries of a timeline', 'Tickets and their links', 'The people outside', 'Tags and macros',
  'Workflows and their runs', 'People, channels and tokens', 'Live streams and feeds', 'Everywhere', 'Pages of lists',
];

const OPERATIONS = [
  ['Who asks', /^(viewer|viewerScopes|eventCursor|node|nodes)$/],
  ['Live streams and feeds', /Change[ds]$|^notificationReceived$/],
  ['Inbox and history', /^(inbox|inboxCounts|history|conversations?|snoozePresets)$/],
  ['Workflows and their runs', /workflow/i],
  ['Tickets and their links', /ticket/i],
  ['Tags and macros', /^(tags|macros|(create|update|delete)(Tag|Macro))$/],
  ['People, channels and tokens', /(agent|team|channel|token)s?$/i],
  ['The people outside', /customers?$/i],
  ['Messages to and fro', /^(receiveMessage|startConversation|reply|reportDelivery|previewRouting)$/],
  ['Notes and mentions', /note$/i],
  ['Following, reading and notifications', /^(un)?follow|followers$|^mark\w+(Un)?[Rr]ead$|^notifications$/i],
  ['Lists of actions', /apply\w*Actions$/i],
  ['Managing a conversation', /^(assign|add|remove|set|snooze|wake|mark|restore|close|reopen|update|link|unlink)/],
];

const TYPES = [
  ['Pages of lists', /(Connection|Edge)$|^PageInfo$|^SortDirection$/],
  ['Workflows and their runs', /Workflow|^(ActionOutcome|ConditionVerdict|AttributeConditionInput|TextConditionInput)$/],
  ['Lists of actions', /^Bulk|^ApplyActions|^ConversationAction|^(Assign|Note|Reply|Restore|SetPriority|Snooze|Spam|Ticket)Input$/],
  ['Tickets and their links', /Ticket(?!Change)|^ExternalRef/],
  ['Tags and macros', /^(Create|Update)?Tag(Input|Payload|Condition\w*)?$|Macro/],
  ['Entries of a timeline', /Entry$|^TimelineKind$|^Cause$|Reason$/],
  ['Live streams and feeds', /Change$|ChangeKind$|ChangePage$|^NotificationReceived$/],
  ['Notes and mentions', /Note(Input|Payload)?$|^Mention/],
  ['Following, reading and notifications', /Notification|^Follow/],
  ['Managing a conversation', /^(Assign|Set|Snooze|Mark|Restore|Update|Link|Unlink|Tag)\w*(Conversations?|Spam|Priority)Input$|^ConversationPayload$/],
  ['Managing a conversation', /^ConversationInput$|^SnoozeUntilInput$|^SnoozePreset/],
  ['Messages to and fro', /Message|^Delivery|^Routing|^ReplyTo|^StartConversation|^ReportDelivery|^AfterReply/],
  ['The people outside', /Customer/],
  ['People, channels and tokens', /Agent|Team|Channel|ApiToken|^(Availability|AutoAssignment|Integration|Principal|Scope)$/],
  ['Inbox and history', /^(Conversation|Inbox|Snooze$|Spam|Upcoming)|^(Priority|LinkKind)$/],
  ['Everywhere', /^(Node|Actor|Clock|UserError|UserErrorCode|DeletePayload)$/],
];

function grouped(items, patterns) {
  const groups = new Map(NOUNS.map((noun) => [noun, []]));
  for (const item of items) {
    const [noun] = patterns.find(([, pattern]) => pattern.test(item.name)) ?? [];
    if (!noun) throw new Error(`no group of tests/clients/reference/groups.mjs fits ${item.name}`);
    groups.get(noun).push(item);
  }
  return [...groups].filter(([, members]) => members.length > 0);
}

export const operations = (fields) => grouped(fields, OPERATIONS);
export const types = (all) => grouped(all, TYPES);
