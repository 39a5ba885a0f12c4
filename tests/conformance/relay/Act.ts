// What an agent does: mutations with userErrors, and inputs of which exactly one field is given.
import { graphql } from 'relay-runtime';

export const error = graphql`
  fragment Act_error on UserError @relay(plural: true) { code message field }
`;

export const reply = graphql`
  mutation ActReplyMutation($input: ReplyToConversationInput!) {
    reply(input: $input) {
      changed
      message { id ...Timeline_entry }
      conversation { ...InboxPage_row }
      entries { ...Timeline_entry }
      userErrors { ...Act_error }
    }
  }
`;

export const snooze = graphql`
  mutation ActSnoozeMutation($conversation: ID!, $until: SnoozeUntilInput!) {
    snoozeConversation(input: { conversationId: $conversation, until: $until }) {
      conversation { ...InboxPage_row }
      userErrors { ...Act_error }
    }
  }
`;

export const bulk = graphql`
  mutation ActBulkMutation($target: BulkTargetInput!, $actions: [ConversationActionInput!]!) {
    bulkApplyActions(input: { target: $target, actions: $actions }) {
      changedCount
      results { conversation { ...InboxPage_row } userErrors { ...Act_error } }
      userErrors { ...Act_error }
    }
  }
`;

export const workflow = graphql`
  mutation ActWorkflowMutation($input: WorkflowInput!) {
    createWorkflow(input: $input) {
      workflow { id name position condition actions }
      userErrors { ...Act_error }
    }
  }
`;

export const ticket = graphql`
  mutation ActTicketMutation($input: UpdateTicketInput!) {
    updateTicket(input: $input) {
      ticket { id status version externalRefs { system key url } }
      entries { id kind conversation { id number state } }
      userErrors { ...Act_error }
    }
  }
`;
