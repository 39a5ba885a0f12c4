// The list of one view, kept exact by viewChanged.
import { signal } from '@preact/signals';
import type { Problem } from '../api/problem';
import { FollowListDocument, ListDocument } from '../gql';
import { customerName } from '../words/names';
import { say } from './announce';
import type { Desk } from './desk';
import type { Place } from './route';
import { Rows, type Row } from './rows';

export class ListState {
  readonly rows = signal<Row[]>([]);
  readonly phase = signal<'reading' | 'there' | 'failed'>('reading');
  readonly more = signal(false);
  readonly readingMore = signal(false);
  readonly problem = signal<string | undefined>(undefined);
  /** Those that came while one looked, to be shown as new. */
  readonly fresh = signal<ReadonlySet<string>>(new Set());
  #set: Rows;
  #after: string | null = null;
  #close: () => void;

  constructor(readonly desk: Desk, readonly place: Place) {
    this.#set = new Rows(place.view);
    const { view, scope, filter } = place;
    this.#close = desk.follow({
      query: () => this.#query(),
      stream: FollowListDocument,
      variables: () => ({ view, scope, filter }),
      apply: ({ viewChanged: { cursor, kind, conversation } }) => {
        if (kind === 'LEFT') this.#set.take(conversation);
        else {
          if (kind === 'ENTERED' && !this.#set.has(conversation.id)) this.#arrived(conversation);
          this.#set.put(conversation);
        }
        this.#show();
        return cursor;
      },
      resume: true,
      failed: (problem) => this.#failed(problem),
    });
  }

  async #query(): Promise<string> {
    const { view, scope, filter } = this.place;
    const { eventCursor, conversations } = await this.desk.connection.ask(ListDocument, { view, scope, filter, after: null });
    this.#set = new Rows(view);
    this.#set.page(conversations?.nodes ?? [], conversations?.pageInfo.hasNextPage ?? false);
    this.#after = conversations?.pageInfo.endCursor ?? null;
    this.more.value = conversations?.pageInfo.hasNextPage ?? false;
    this.phase.value = 'there';
    this.problem.value = undefined;
    this.#show();
    return eventCursor;
  }

  async readMore(): Promise<void> {
    if (this.readingMore.value || !this.more.value) return;
    this.readingMore.value = true;
    const set = this.#set;
    try {
      const { view, scope, filter } = this.place;
      const { conversations } = await this.desk.connection.ask(ListDocument, { view, scope, filter, after: this.#after });
      // Queried anew meanwhile.
      if (set !== this.#set || !conversations) return;
      set.page(conversations.nodes, conversations.pageInfo.hasNextPage);
      this.#after = conversations.pageInfo.endCursor ?? this.#after;
      this.more.value = conversations.pageInfo.hasNextPage;
      this.problem.value = undefined;
      this.#show();
    } catch (error) {
      this.problem.value = (error as Problem).message;
    } finally {
      this.readingMore.value = false;
    }
  }

  /** The viewer's own reading, which no stream tells. */
  read(id: string, version: number, unread: boolean): void {
    this.#set.read(id, version, unread);
    this.#show();
  }

  #show(): void {
    this.rows.value = this.#set.shown();
  }

  #arrived(row: Row): void {
    const { id } = row;
    this.fresh.value = new Set([...this.fresh.value, id]);
    setTimeout(() => {
      const fresh = new Set(this.fresh.value);
      fresh.delete(id);
      this.fresh.value = fresh;
    }, 4_000);
    say(`New in this list: ${customerName(row)}, ${row.subject ?? `conversation ${row.number}`}.`);
  }

  #failed(problem: Problem): void {
    this.phase.value = 'failed';
    this.problem.value = problem.message;
  }

  close(): void {
    this.#close();
  }
}
