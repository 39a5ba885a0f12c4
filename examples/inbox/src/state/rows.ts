// The rows of a list as a set that page reads and changes may reach in any order: the newest version of each counts.
import type { ConversationView, RowFragment } from '../gql';

export type Row = RowFragment;

/** Where a conversation stands in its view: smaller comes first. */
type Key = [time: number, fraction: string, id: string];

const FAR = Number.MAX_SAFE_INTEGER;

/** Instants have no fraction or six digits of one; Date keeps three. */
function instant(at: string | null | undefined, absent: number): [number, string] {
  if (!at) return [absent, ''];
  return [Math.floor(Date.parse(at) / 1000), (at.split('.')[1] ?? '').replace('Z', '').padEnd(6, '0')];
}

/** Each view's own order, as `conversations` has it. */
export function order(view: ConversationView): (a: Row, b: Row) => number {
  const key = (row: Row): Key =>
    view === 'SNOOZED'
      ? [...instant(row.snooze?.until, FAR), row.id]
      : view === 'HISTORY'
        ? [...instant(row.closedAt, -FAR), row.id]
        : [...instant(row.lastActivityAt, -FAR), row.id];
  const upwards = (a: Key, b: Key) => {
    for (const i of [0, 1, 2] as const) {
      if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return 0;
  };
  return view === 'SNOOZED' ? (a, b) => upwards(key(a), key(b)) : (a, b) => upwards(key(b), key(a));
}

export class Rows {
  readonly #compare: (a: Row, b: Row) => number;
  readonly #known = new Map<string, Row>();
  /** Up to which version those who left are known to be out. */
  readonly #left = new Map<string, number>();
  /** Up to which version the viewer has read, told by their own acts: streams don't tell it. */
  readonly #read = new Map<string, number>();
  /** The last row that was read in order; null when the whole list was. */
  #boundary: Row | null = null;

  constructor(view: ConversationView) {
    this.#compare = order(view);
  }

  put(row: Row): void {
    if ((this.#known.get(row.id)?.version ?? -1) > row.version) return;
    if ((this.#left.get(row.id) ?? -1) > row.version) return;
    this.#left.delete(row.id);
    const read = (this.#read.get(row.id) ?? -1) >= row.version;
    this.#known.set(row.id, read ? { ...row, viewerUnread: false } : row);
  }

  take(row: Row): void {
    this.#known.delete(row.id);
    this.#left.set(row.id, Math.max(row.version, this.#left.get(row.id) ?? -1));
  }

  /** A page in the list's order; behind it comes more, or nothing. */
  page(rows: readonly Row[], more: boolean): void {
    for (const row of rows) {
      // Left while the page was under way.
      if ((this.#left.get(row.id) ?? -1) >= row.version) continue;
      this.put(row);
    }
    const last = rows.at(-1);
    if (!more) this.#boundary = null;
    else if (last) this.#boundary = last;
  }

  read(id: string, version: number, unread: boolean): void {
    if (unread) this.#read.delete(id);
    else this.#read.set(id, version);
    const row = this.#known.get(id);
    if (row && (unread || row.version <= version)) this.#known.set(id, { ...row, viewerUnread: unread });
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** In order, as far as it was read: what lies behind the boundary comes with the next page. */
  shown(): Row[] {
    const boundary = this.#boundary;
    const rows = [...this.#known.values()].sort(this.#compare);
    return boundary ? rows.filter((row) => this.#compare(row, boundary) <= 0) : rows;
  }
}
