// What is being written, by conversation. It survives a reload, and a retry of the same thing is sent under the same key.
import { signal, type Signal } from '@preact/signals';
import { keep, kept } from './storage';

export type Mode = 'reply' | 'note';

export interface Draft {
  mode: Mode;
  reply: string;
  note: string;
}

const drafts = new Map<string, Signal<Draft>>();
const EMPTY: Draft = { mode: 'reply', reply: '', note: '' };

function keyOf(viewerId: string, conversationId: string): string {
  return `draft:${viewerId}:${conversationId}`;
}

export function draftOf(viewerId: string, conversationId: string): Signal<Draft> {
  const key = keyOf(viewerId, conversationId);
  let draft = drafts.get(key);
  if (!draft) {
    const stored = kept(key);
    draft = signal(stored ? { ...EMPTY, ...(JSON.parse(stored) as Partial<Draft>) } : EMPTY);
    drafts.set(key, draft);
  }
  return draft;
}

export function write(viewerId: string, conversationId: string, change: Partial<Draft>): void {
  const draft = draftOf(viewerId, conversationId);
  draft.value = { ...draft.value, ...change };
  const { reply, note } = draft.value;
  keep(keyOf(viewerId, conversationId), reply || note ? JSON.stringify(draft.value) : undefined);
}

export function forgetDrafts(): void {
  drafts.clear();
}

/** What was last tried to send, until an answer came: sent again just as it was, it is done once. */
export interface Attempt {
  what: string;
  idempotencyKey: string;
  expectedVersion: number;
}

const attempts = new Map<string, Attempt>();

export function attempt(conversationId: string, what: string, expectedVersion: number): Attempt {
  const before = attempts.get(conversationId);
  if (before?.what === what) return before;
  const made = { what, idempotencyKey: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, expectedVersion };
  attempts.set(conversationId, made);
  return made;
}

export function answered(conversationId: string): void {
  attempts.delete(conversationId);
}
