// The operations of a frontend, typed by what the generator makes of them.
import { graphql } from './generated';

export const Row = graphql(`
  fragment Row on Conversation {
    id
    number
    subject
    state
    priority
    waitingSince
    version
    availableActions
    attributes
    channel { name kind }
    customer { displayName email }
    assignee { handle }
    team { name }
    tags { id name color }
    snooze { until wakeOnReply }
    lastMessage { text at delivery { status } }
  }
`);

export const Entry = graphql(`
  fragment Entry on TimelineEntry {
    __typename
    id
    version
    cursor
    kind
    at
    actor { __typename displayName ... on Agent { handle } ... on Customer { id } }
    cause { depth ticket { number } workflowRun { workflow { name } } }
    ... on Message { direction text html recipient delivery { status error } }
    ... on Note { text mentions { target { __typename ... on Agent { handle } ... on Team { name } } } }
    ... on PrioritizedEntry { fromPriority toPriority }
    ... on SnoozedEntry { until previousUntil }
    ... on TicketEntry { fromStatus toStatus ticket { id number title } }
  }
`);

export const Refusal = graphql(`
  fragment Refusal on UserError { code message field }
`);

export const InboxPage = graphql(`
  query InboxPage($scope: InboxScope! = ALL, $filter: ConversationFilter, $first: Int, $after: String) {
    eventCursor
    viewer { __typename ... on Agent { id handle } ... on Integration { id name } }
    inbox(scope: $scope, filter: $filter, first: $first, after: $after) {
      totalCount
      edges { cursor node { ...Row } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const Timeline = graphql(`
  query Timeline($id: ID!, $last: Int, $before: String) {
    conversation(id: $id) {
      ...Row
      timeline(last: $last, before: $before) { nodes { ...Entry } pageInfo { hasPreviousPage startCursor } }
      tickets { reopenOnResolve ticket { id number status externalRefs { system key url } } }
    }
  }
`);

export const Reply = graphql(`
  mutation Reply($input: ReplyToConversationInput!) {
    reply(input: $input) { changed message { id } conversation { ...Row } entries { ...Entry } userErrors { ...Refusal } }
  }
`);

export const Snooze = graphql(`
  mutation Snooze($conversation: ID!, $until: SnoozeUntilInput!) {
    snoozeConversation(input: { conversationId: $conversation, until: $until }) { conversation { ...Row } userErrors { ...Refusal } }
  }
`);

export const Bulk = graphql(`
  mutation Bulk($target: BulkTargetInput!, $actions: [ConversationActionInput!]!) {
    bulkApplyActions(input: { target: $target, actions: $actions }) {
      changedCount
      results { conversation { ...Row } userErrors { ...Refusal } }
      userErrors { ...Refusal }
    }
  }
`);

export const TryWorkflow = graphql(`
  query TryWorkflow($conversation: ID!, $input: WorkflowInput!) {
    testWorkflow(conversationId: $conversation, input: $input) {
      matched
      verdicts { path matched }
      outcomes { action changed error { code message } }
      userErrors { ...Refusal }
    }
  }
`);

export const InboxChanged = graphql(`
  subscription InboxChanged($after: EventCursor, $filter: ConversationFilter) {
    viewChanged(view: INBOX, filter: $filter, after: $after) { cursor kind conversation { ...Row } }
  }
`);

export const TicketChanged = graphql(`
  subscription TicketChanged($after: EventCursor) {
    ticketChanged(after: $after) {
      cursor
      kind
      fromStatus
      toStatus
      actor { displayName }
      ticket { id status externalRefs { system key } }
      conversation { number }
    }
  }
`);
