// The inbox as a Relay application lists it: fragments, a connection, pages by @refetchable, and what follows it live.
import { graphql } from 'relay-runtime';

export const row = graphql`
  fragment InboxPage_row on Conversation {
    id
    number
    subject
    state
    priority
    waitingSince
    version
    viewerUnread
    availableActions
    channel { name kind }
    customer { displayName email }
    assignee { handle name }
    team { name }
    tags { id name color }
    snooze { until wakeOnReply by { displayName } }
    lastMessage { text at direction delivery { status } }
  }
`;

export const list = graphql`
  fragment InboxPage_list on Query
  @refetchable(queryName: "InboxPageNextQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 25 }
    after: { type: "String" }
    scope: { type: "InboxScope", defaultValue: ALL }
    filter: { type: "ConversationFilter" }
    orderBy: { type: "ConversationOrder" }
  ) {
    inbox(scope: $scope, filter: $filter, orderBy: $orderBy, first: $first, after: $after)
      @connection(key: "InboxPage_inbox", filters: ["scope", "filter", "orderBy"]) {
      totalCount
      edges { node { ...InboxPage_row } }
    }
  }
`;

export const page = graphql`
  query InboxPageQuery($scope: InboxScope!, $filter: ConversationFilter, $orderBy: ConversationOrder) {
    eventCursor
    viewer { __typename ... on Agent { id handle } ... on Integration { id name } }
    inboxCounts { mine unassigned all }
    ...InboxPage_list @arguments(scope: $scope, filter: $filter, orderBy: $orderBy)
  }
`;

export const follow = graphql`
  subscription InboxPageSubscription($after: EventCursor, $filter: ConversationFilter) {
    viewChanged(view: INBOX, filter: $filter, after: $after) {
      cursor
      kind
      conversation { ...InboxPage_row }
    }
  }
`;
