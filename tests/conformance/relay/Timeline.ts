// A conversation's timeline: a connection of an interface, refetched by its node, with typed entries and everything that may be null.
import { graphql } from 'relay-runtime';

export const entry = graphql`
  fragment Timeline_entry on TimelineEntry {
    __typename
    id
    version
    cursor
    kind
    at
    actor { __typename displayName ... on Agent { handle } ... on Customer { id } ... on Workflow { id name } }
    cause { depth ticket { number } workflowRun { id workflow { name } } }
    ... on Message { direction automatic text html truncated recipient externalId delivery { status error } }
    ... on Note { text mentions { target { __typename ... on Agent { handle } ... on Team { name } } unreachable { handle } } }
    ... on PrioritizedEntry { fromPriority toPriority }
    ... on SnoozedEntry { until previousUntil }
    ... on AssignedEntry { assignReason fromAgent { id } toAgent { id } toTeam { id } }
    ... on TicketEntry { fromStatus toStatus ticket { id number title } }
    ... on Node { id }
  }
`;

export const timeline = graphql`
  fragment Timeline_conversation on Conversation
  @refetchable(queryName: "TimelineEarlierQuery")
  @argumentDefinitions(last: { type: "Int", defaultValue: 50 }, before: { type: "String" }) {
    id
    attributes
    timeline(last: $last, before: $before) @connection(key: "Timeline_timeline") {
      edges { cursor node { ...Timeline_entry } }
    }
    tickets { reopenOnResolve ticket { id number status externalRefs { system key url } } }
  }
`;

export const page = graphql`
  query TimelineQuery($id: ID!) {
    conversation(id: $id) { ...Timeline_conversation }
    node(id: $id) { __typename id ... on Conversation { number } }
  }
`;

export const follow = graphql`
  subscription TimelineSubscription($id: ID!, $after: EventCursor) {
    conversationChanged(conversationId: $id, after: $after) {
      cursor
      conversation { id version state }
      entry { ...Timeline_entry }
    }
  }
`;
