// What a Relay application does with the generated types. It is compiled, never run: each line with @ts-expect-error must be refused.
import type { ActBulkMutation$variables } from './__generated__/ActBulkMutation.graphql';
import type { ActSnoozeMutation$variables, SnoozeUntilInput } from './__generated__/ActSnoozeMutation.graphql';
import type { Act_error$data } from './__generated__/Act_error.graphql';
import type { InboxPageQuery } from './__generated__/InboxPageQuery.graphql';
import type { InboxPage_list$data } from './__generated__/InboxPage_list.graphql';
import type { InboxPage_row$data } from './__generated__/InboxPage_row.graphql';
import type { Timeline_entry$data } from './__generated__/Timeline_entry.graphql';

declare const list: InboxPage_list$data;
declare const row: InboxPage_row$data;
declare const entry: Timeline_entry$data;
declare const errors: Act_error$data;
declare const query: InboxPageQuery['response'];

// @ts-expect-error a root field is null when it failed
list.inbox.edges;
export const keys: string[] = (list.inbox?.edges ?? []).map(({ node }) => Object.keys(node[' $fragmentSpreads']).join());
// @ts-expect-error nobody may be assigned
row.assignee.handle;
export const shown: string = `#${row.number} ${row.subject ?? ''} ${row.snooze?.by.displayName ?? ''} ${row.lastMessage?.delivery?.status ?? ''}`;
export const told: string = `${entry.actor.displayName} ${entry.text ?? ''} ${entry.ticket?.title ?? ''} ${entry.cause?.depth ?? 0}`;
export const refused: string[] = errors.map(({ code, message, field }) => `${code} ${message} ${field?.join('.') ?? ''}`);
export const cursor: string = query.eventCursor;
export const who: string = query.viewer.__typename === 'Agent' ? query.viewer.handle : '';

export const until: SnoozeUntilInput = { preset: 'LATER_TODAY' };
export const snooze: ActSnoozeMutation$variables = { conversation: 'conversation_1', until };
// @ts-expect-error not two of them
export const two: SnoozeUntilInput = { preset: 'LATER_TODAY', after: 'PT4H' };
// @ts-expect-error not none of them
export const none: SnoozeUntilInput = {};
export const bulk: ActBulkMutation$variables = { target: { conversationIds: [] }, actions: [{ close: true }, { addTags: ['tag_1'] }] };
