// How many wait where. Whenever anything moves they are counted again, at most once a second: counts have no stream of their own.
import { signal } from '@preact/signals';
import { CountsDocument, FollowCountsDocument, type CountsQuery } from '../gql';
import type { Desk } from './desk';

export class Counts {
  readonly now = signal<NonNullable<CountsQuery['inboxCounts']> | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #counted = 0;
  #close: () => void;

  constructor(readonly desk: Desk) {
    this.#close = desk.follow({
      query: () => this.#count(),
      stream: FollowCountsDocument,
      variables: () => ({}),
      apply: ({ viewChanged }) => {
        this.soon();
        return viewChanged.cursor;
      },
      // One count says it all, however much was missed.
      resume: false,
      failed: () => {},
    });
  }

  /** Also after reading something: no stream tells that. */
  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // Without a connection, it is counted when following goes on.
      this.#count().catch(() => {});
    }, Math.max(60, 1_000 - (Date.now() - this.#counted)));
  }

  async #count(): Promise<string> {
    this.#counted = Date.now();
    const { eventCursor, inboxCounts } = await this.desk.connection.ask(CountsDocument, {});
    if (inboxCounts) this.now.value = inboxCounts;
    return eventCursor;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#close();
  }
}
