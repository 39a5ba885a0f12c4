// What a frontend does with the generated types. It is compiled, never run: each line with @ts-expect-error must be refused.
import type { ResultOf, VariablesOf } from '@graphql-typed-document-node/core';
import type { ConversationActionInput, SnoozeUntilInput, TicketStatus, UserErrorCode } from './generated/graphql';
import { read } from './generated';
import { Bulk, Entry, InboxChanged, InboxPage, Refusal, Row, Snooze, TicketChanged, Timeline } from './operations';

declare const inbox: ResultOf<typeof InboxPage>;
declare const timeline: ResultOf<typeof Timeline>;
declare const snoozed: ResultOf<typeof Snooze>;
declare const changed: ResultOf<typeof InboxChanged>;
declare const ticket: ResultOf<typeof TicketChanged>;

export function lines(): string[] {
  // A root field is null when it failed: the error is beside it.
  // @ts-expect-error inbox may be null
  inbox.inbox.totalCount;
  const rows = inbox.inbox?.edges.map(({ node }) => read(Row, node)) ?? [];
  return rows.map((row) => {
    // @ts-expect-error nobody may be assigned
    row.assignee.handle;
    const since: string | undefined = row.waitingSince?.slice(0, 10);
    const shade: unknown = row.attributes['shade'];
    return [`#${row.number}`, row.subject ?? '', row.assignee?.handle ?? 'nobody', since, String(shade), ...row.tags.map(({ name }) => name)].join(' ');
  });
}

export function who(): string {
  switch (inbox.viewer.__typename) {
    case 'Agent':
      return inbox.viewer.handle;
    case 'Integration':
      return inbox.viewer.name;
  }
}

export function told(): string[] {
  return (timeline.conversation?.timeline.nodes ?? []).map((node) => {
    const entry = read(Entry, node);
    switch (entry.__typename) {
      case 'Message':
        return `${entry.actor.displayName}: ${entry.text} ${entry.delivery?.status ?? ''}`;
      case 'Note':
        return entry.mentions.map(({ target }) => (target.__typename === 'Agent' ? target.handle : target.name)).join();
      case 'TicketEntry':
        return `#${entry.ticket.number} ${entry.fromStatus ?? ''} ${entry.toStatus ?? ''}`;
      default:
        // @ts-expect-error only messages and notes have a text
        entry.text;
        return entry.kind;
    }
  });
}

export function refused(): [UserErrorCode, string, string][] {
  const errors = read(Refusal, snoozed.snoozeConversation?.userErrors) ?? [];
  return errors.map(({ code, message, field }) => [code, message, field?.join('.') ?? '']);
}

export const untils: SnoozeUntilInput[] = [{ preset: 'TOMORROW_MORNING' }, { at: '2030-01-01T09:00:00Z' }, { after: 'PT4H' }, { customerReplies: true }];
// @ts-expect-error not two of them
export const two: SnoozeUntilInput = { preset: 'TOMORROW_MORNING', after: 'PT4H' };
// @ts-expect-error not none of them
export const none: SnoozeUntilInput = {};
// @ts-expect-error the one that is given isn't null
export const nothing: SnoozeUntilInput = { at: null };

export const actions: ConversationActionInput[] = [
  { assign: { onlyIfUnassigned: true, assigneeId: null } },
  { addTags: ['tag_1'] },
  { snooze: { until: { after: 'P3D' } } },
  { close: true },
];
// What has a default may be left out.
export const bulk: VariablesOf<typeof Bulk> = { target: { matching: { filter: { search: 'tent leak' } } }, actions };
export const page: VariablesOf<typeof InboxPage> = { filter: { unassigned: true, tags: { hasAny: [] } } };
// @ts-expect-error there is no such state
export const wrong: VariablesOf<typeof InboxPage> = { filter: { states: ['ASLEEP'] } };

export const cursors: string[] = [inbox.eventCursor, changed.viewChanged.cursor, ticket.ticketChanged.cursor];
export const status: TicketStatus | null | undefined = ticket.ticketChanged.toStatus;
