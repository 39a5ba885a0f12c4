// The open conversation: its head and its timeline, kept exact by conversationChanged; and what can be done to it.
import { signal } from '@preact/signals';
import { Problem } from '../api/problem';
import {
  ActDocument,
  EarlierDocument,
  FollowConversationDocument,
  FollowDocument,
  MarkReadDocument,
  MarkUnreadDocument,
  OpenDocument,
  UnfollowDocument,
  type ApplyActionsInput,
  type EntryFragment,
  type HeadFragment,
} from '../gql';
import { changeOf, plain } from '../words/changes';
import { say } from './announce';
import type { Desk } from './desk';

export type Head = HeadFragment;
export type Entry = EntryFragment;
/** Unheard: nobody knows whether it was done. */
export type Outcome = 'done' | 'refused' | 'unheard';
type Done = { conversation: Head | null; entries: Entry[]; userErrors: { code: string; message: string }[] } | null;

export class ConversationState {
  readonly phase = signal<'reading' | 'there' | 'missing' | 'failed'>('reading');
  readonly head = signal<Head | undefined>(undefined);
  readonly entries = signal<Entry[]>([]);
  /** Before which place of the timeline there is more. */
  readonly earlier = signal<string | undefined>(undefined);
  readonly readingEarlier = signal(false);
  readonly problem = signal<string | undefined>(undefined);
  /** What was refused, by where it was tried. */
  readonly refusals = signal<Readonly<Record<string, string>>>({});
  readonly busy = signal<string | undefined>(undefined);

  readonly #known = new Map<string, Entry>();
  #close: () => void;
  #closed = false;
  /** Marked as unread by the viewer: stays so until it is opened again. */
  #keepUnread = false;
  #readUpTo = -1;
  #reading = false;
  #last: Promise<unknown> = Promise.resolve();
  readonly #seen = () => void this.#markRead();

  constructor(readonly desk: Desk, readonly number: number) {
    document.addEventListener('visibilitychange', this.#seen);
    this.#close = desk.follow({
      query: () => this.#query(),
      stream: FollowConversationDocument,
      variables: () => ({ id: this.head.value?.id ?? '' }),
      apply: ({ conversationChanged: { cursor, conversation, entry } }) => {
        const heard = !this.#known.has(entry.id);
        this.#takeIn(conversation, [entry]);
        if (heard) this.#tell(entry);
        void this.#markRead();
        return cursor;
      },
      resume: true,
      failed: (problem) => {
        this.phase.value = problem.code === 'NOT_FOUND' ? 'missing' : 'failed';
        this.problem.value = problem.message;
      },
    });
  }

  async #query(): Promise<string> {
    const { eventCursor, conversation } = await this.desk.connection.ask(OpenDocument, { number: this.number });
    if (!conversation) throw new Problem('There is no such conversation, or you may not see it.', 'NOT_FOUND');
    this.#known.clear();
    this.head.value = undefined;
    this.#takeIn(conversation, conversation.timeline.nodes);
    this.#earlierFrom(conversation.timeline.pageInfo);
    this.phase.value = 'there';
    void this.#markRead();
    void this.desk.notices.read(conversation.id);
    return eventCursor;
  }

  async readEarlier(): Promise<void> {
    const before = this.earlier.value;
    if (!before || this.readingEarlier.value) return;
    this.readingEarlier.value = true;
    try {
      const { conversation } = await this.desk.connection.ask(EarlierDocument, { number: this.number, before });
      if (!conversation) return;
      this.#takeIn(undefined, conversation.timeline.nodes);
      this.#earlierFrom(conversation.timeline.pageInfo);
      this.#refuse('timeline', undefined);
    } catch (error) {
      this.#refuse('timeline', (error as Problem).message);
    } finally {
      this.readingEarlier.value = false;
    }
  }

  #earlierFrom({ hasPreviousPage, startCursor }: { hasPreviousPage: boolean; startCursor: string | null }): void {
    this.earlier.value = hasPreviousPage ? (startCursor ?? undefined) : undefined;
  }

  /** Answers of mutations and changes of the stream tell the same, in either order and twice. */
  #takeIn(head: Head | undefined | null, entries: readonly Entry[]): void {
    if (head && head.version >= (this.head.value?.version ?? -1)) {
      const read = this.#readUpTo >= head.version;
      this.head.value = read ? { ...head, viewerUnread: false } : head;
    }
    if (entries.length === 0) return;
    for (const entry of entries) this.#known.set(entry.id, entry);
    for (const entry of entries) this.#revise(entry);
    this.entries.value = [...this.#known.values()].sort((a, b) => a.version - b.version);
  }

  /** Some entries tell how an earlier one now is. */
  #revise(entry: Entry): void {
    if (entry.__typename === 'NoteChangedEntry') {
      const note = this.#known.get(entry.note.id);
      if (note?.__typename === 'Note') this.#known.set(note.id, { ...note, ...entry.note });
    }
    if (entry.__typename === 'DeliveryEntry') {
      const message = this.#known.get(entry.message.id);
      if (message?.__typename === 'Message') this.#known.set(message.id, { ...message, delivery: entry.message.delivery });
    }
  }

  #tell(entry: Entry): void {
    const { actor } = entry;
    if (actor.__typename === 'Agent' && actor.id === this.desk.viewer.id) return;
    if (entry.__typename === 'Message') say(`${actor.displayName} wrote: ${entry.text.slice(0, 200)}`);
    else if (entry.__typename === 'Note') say(`${actor.displayName} left a note: ${entry.text.slice(0, 200)}`);
    else {
      const change = changeOf(entry, this.desk.viewer);
      if (change) say(plain(change.parts));
    }
  }

  /** Whether the viewer looks at it now. */
  isWatched(id: string): boolean {
    return !document.hidden && this.head.value?.id === id;
  }

  async #markRead(): Promise<void> {
    const head = this.head.value;
    if (!head?.viewerUnread || this.#keepUnread || this.#closed || this.#reading || document.hidden) return;
    this.#reading = true;
    try {
      const { done } = await this.desk.connection.ask(MarkReadDocument, { input: { conversationId: head.id } });
      this.#took(done);
      if (done?.conversation) this.#read(head.id, done.conversation.version, false);
    } catch {
      // It stays unread, and is tried again with the next change.
    } finally {
      this.#reading = false;
    }
  }

  #read(id: string, version: number, unread: boolean): void {
    this.#readUpTo = unread ? -1 : version;
    const head = this.head.value;
    if (head?.id === id && head.version <= version) this.head.value = { ...head, viewerUnread: unread };
    this.desk.list.value.read(id, version, unread);
    this.desk.counts.soon();
  }

  /** If it isn't done, `refusals` says why, under `where`. */
  act(where: string, input: (head: Head) => Omit<ApplyActionsInput, 'conversationId'>): Promise<Outcome> {
    return this.#do(where, async (head) => (await this.desk.connection.ask(ActDocument, { input: { conversationId: head.id, ...input(head) } })).done);
  }

  follow(where: string, follows: boolean): Promise<Outcome> {
    return this.#do(where, async ({ id: conversationId }) => {
      const operation = follows ? FollowDocument : UnfollowDocument;
      return (await this.desk.connection.ask(operation, { input: { conversationId } })).done;
    });
  }

  async setUnread(where: string, unread: boolean): Promise<Outcome> {
    this.#keepUnread = unread;
    const done = await this.#do(where, async ({ id: conversationId }) => {
      const operation = unread ? MarkUnreadDocument : MarkReadDocument;
      return (await this.desk.connection.ask(operation, { input: { conversationId } })).done;
    });
    const head = this.head.value;
    if (done === 'done' && head) this.#read(head.id, head.version, unread);
    return done;
  }

  /** One after another: the second counts on what the first has done. */
  #do(where: string, ask: (head: Head) => Promise<Done>): Promise<Outcome> {
    const done = this.#last.then(() => this.#doNow(where, ask));
    this.#last = done;
    return done;
  }

  async #doNow(where: string, ask: (head: Head) => Promise<Done>): Promise<Outcome> {
    const head = this.head.value;
    if (!head || this.#closed) return 'refused';
    this.busy.value = where;
    this.#refuse(where, undefined);
    try {
      const done = await ask(head);
      this.#took(done);
      const [refused] = done?.userErrors ?? [];
      if (refused) this.#refuse(where, worded(refused));
      return refused ? 'refused' : 'done';
    } catch (error) {
      const problem = error as Problem;
      if (problem.code === 'UNAUTHENTICATED') this.desk.unauthenticated();
      this.#refuse(where, problem.code ? problem.message : `${problem.message} Try again: nothing is done twice.`);
      return 'unheard';
    } finally {
      this.busy.value = undefined;
    }
  }

  #took(done: Done): void {
    if (done && !this.#closed) this.#takeIn(done.conversation, done.entries);
  }

  #refuse(where: string, message: string | undefined): void {
    const { [where]: _, ...others } = this.refusals.value;
    this.refusals.value = message === undefined ? others : { ...others, [where]: message };
  }

  forget(where: string): void {
    if (this.refusals.value[where]) this.#refuse(where, undefined);
  }

  close(): void {
    this.#closed = true;
    document.removeEventListener('visibilitychange', this.#seen);
    this.#close();
  }
}

function worded({ code, message }: { code: string; message: string }): string {
  return code === 'CONFLICT' ? 'Something has happened here since. Have a look, and do it again if it still fits.' : message;
}
