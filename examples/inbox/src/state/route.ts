// Where one is, in the address behind the #: a view, and perhaps the number of an open conversation.
import { computed, signal } from '@preact/signals';
import type { ConversationFilter, ConversationView, InboxScope } from '../gql';

export interface Place {
  /** As in the address: all, mine, team-… */
  name: string;
  view: ConversationView;
  scope: InboxScope;
  filter: ConversationFilter | undefined;
}

const PLACES: Record<string, [ConversationView, InboxScope]> = {
  mine: ['INBOX', 'MINE'],
  unassigned: ['INBOX', 'UNASSIGNED'],
  all: ['INBOX', 'ALL'],
  following: ['INBOX', 'FOLLOWING'],
  mentioned: ['INBOX', 'MENTIONED'],
  snoozed: ['SNOOZED', 'ALL'],
  closed: ['HISTORY', 'ALL'],
  spam: ['SPAM', 'ALL'],
};

function placeOf(name: string): Place | undefined {
  if (name.startsWith('team-')) return { name, view: 'INBOX', scope: 'ALL', filter: { teamIds: [name.slice(5)] } };
  const known = PLACES[name];
  return known && { name, view: known[0], scope: known[1], filter: undefined };
}

const FIRST = placeOf('all')!;
const hash = signal(location.hash);
addEventListener('hashchange', () => (hash.value = location.hash));

const parts = computed(() => hash.value.replace(/^#\/?/, '').split('/').map(decodeURIComponent));

const name = computed(() => (placeOf(parts.value[0] ?? '') ? parts.value[0]! : FIRST.name));
export const place = computed<Place>(() => placeOf(name.value) ?? FIRST);
export const opened = computed<number | undefined>(() => {
  const number = Number(parts.value[1]);
  return Number.isInteger(number) && number > 0 ? number : undefined;
});

export function addressOf(placeName: string, number?: number): string {
  return `#/${encodeURIComponent(placeName)}${number === undefined ? '' : `/${number}`}`;
}

export function go(placeName: string, number?: number): void {
  location.hash = addressOf(placeName, number);
}
