// What people and things are called on the screen.
import type { ConversationState, NotificationReason, Priority, RowFragment, SnoozePreset } from '../gql';

/** Who only gave an address or an id is called by it. */
export function customerName(conversation: { customer: { displayName: string } }): string {
  return conversation.customer.displayName || 'Somebody';
}

export function subjectOf(conversation: Pick<RowFragment, 'subject'>): string {
  return conversation.subject ?? 'Chat';
}

export function initials(name: string): string {
  const words = name.replace(/@.*/, '').split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '?')][0]).join('').toUpperCase();
}

/** One of eight colours, always the same for a name. */
export function hue(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) % 997;
  return sum % 8;
}

export const PRIORITIES: Record<Priority, string> = { URGENT: 'Urgent', HIGH: 'High', MEDIUM: 'Medium', LOW: 'Low' };

export const STATES: Record<ConversationState, string> = { OPEN: 'Open', SNOOZED: 'Snoozed', CLOSED: 'Closed', SPAM: 'Spam' };

export const PRESETS: Record<SnoozePreset, string> = {
  IN_ONE_HOUR: 'In one hour',
  LATER_TODAY: 'Later today',
  TOMORROW_MORNING: 'Tomorrow morning',
  NEXT_WEEK: 'Next week',
};

export const REASONS: Record<NotificationReason, string> = {
  MENTION: 'mentioned you',
  ASSIGNED: 'assigned to you',
  TEAM_ASSIGNED: 'for your team',
  FOLLOWING: 'you follow this',
};

export function many(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
