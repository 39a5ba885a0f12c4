// The list of the chosen view. One row is in the order of the Tab key; j, k and the arrows go on from it.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ListState } from '../state/list';
import { addressOf, opened } from '../state/route';
import type { Row } from '../state/rows';
import { customerName, many, subjectOf } from '../words/names';
import { clock, day, short, since } from '../words/times';
import { Avatar, PriorityMark, TagChip, zone } from './bits';
import { Icon } from './icon';
import { titleOf } from './places';

export function ListPane({ list }: { list: ListState }) {
  const rows = list.rows.value;
  const title = titleOf(list.place, list.desk);
  return (
    <section class="pane list" aria-labelledby="list-title" aria-busy={list.phase.value === 'reading'}>
      <header class="list-head">
        <h2 id="list-title" tabIndex={-1}>
          {title}
        </h2>
        {list.phase.value === 'there' && <span class="muted">{list.more.value ? `the first ${rows.length}` : many(rows.length, 'conversation')}</span>}
      </header>
      <div class="rows-frame" key={list.place.name}>
        {list.phase.value === 'reading' && <p class="none">Reading…</p>}
        {list.phase.value === 'failed' && (
          <p class="none" role="alert">
            {list.problem.value}
          </p>
        )}
        {list.phase.value === 'there' && rows.length === 0 && (
          <div class="none calm">
            <Icon name="sun" />
            <p>Nothing here. Well done.</p>
          </div>
        )}
        <RowList list={list} rows={rows} title={title} />
        {list.more.value && (
          <button type="button" class="button load-more" disabled={list.readingMore.value} onClick={() => void list.readMore()}>
            {list.readingMore.value ? 'Reading…' : 'Show more'}
          </button>
        )}
        {list.phase.value === 'there' && list.problem.value && <p role="alert">{list.problem.value}</p>}
      </div>
    </section>
  );
}

function RowList({ list, rows, title }: { list: ListState; rows: readonly Row[]; title: string }) {
  const items = useRef<HTMLUListElement>(null);
  const [stop, setStop] = useState<string>();
  const focused = useRef<{ id: string; at: number } | undefined>(undefined);

  // A row that moved, or left, must not take the focus with it.
  useLayoutEffect(() => {
    const was = focused.current;
    const now = rows.findIndex(({ id }) => id === was?.id);
    if (was && now >= 0) was.at = now;
    if (!was || (document.activeElement && document.activeElement !== document.body)) return;
    const all = items.current?.querySelectorAll<HTMLElement>('[data-row]');
    const same = items.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(was.id)}"]`);
    (same ?? all?.[Math.min(was.at, all.length - 1)] ?? document.getElementById('list-title'))?.focus();
  }, [rows]);

  const inOrder = rows.find(({ id }) => id === stop) ?? rows.find(({ number }) => number === opened.value) ?? rows[0];
  return (
    <ul class="rows" ref={items} aria-label={title} role="list">
      {rows.map((row, at) => (
        <li key={row.id}>
          <RowLink
            list={list}
            row={row}
            inOrder={row === inOrder}
            onFocus={() => {
              focused.current = { id: row.id, at };
              setStop(row.id);
            }}
            onBlur={(event) => {
              // Left for something else, not taken away with its row.
              if (event.relatedTarget) focused.current = undefined;
            }}
          />
        </li>
      ))}
    </ul>
  );
}

interface Props {
  list: ListState;
  row: Row;
  inOrder: boolean;
  onFocus: () => void;
  onBlur: (event: FocusEvent) => void;
}

function RowLink({ list, row, inOrder, onFocus, onBlur }: Props) {
  const { place } = list;
  const isOpen = row.number === opened.value;
  const classes = ['row', row.viewerUnread && 'unread', isOpen && 'opened', list.fresh.value.has(row.id) && 'fresh'];
  const at = place.view === 'HISTORY' ? (row.closedAt ?? row.lastActivityAt) : row.lastActivityAt;
  return (
    <a
      class={classes.filter(Boolean).join(' ')}
      href={addressOf(place.name, row.number)}
      data-row={row.id}
      data-number={row.number}
      aria-current={isOpen ? 'true' : undefined}
      tabIndex={inOrder ? 0 : -1}
      onFocus={onFocus}
      onBlur={onBlur}
    >
      <Avatar name={row.customer.displayName} />
      <span class="row-words">
        <span class="row-top">
          {row.viewerUnread && <span class="unseen">Unread. </span>}
          <span class="row-who">{customerName(row)}</span>
          <time class="row-when" dateTime={at}>
            {short(at, zone())}
          </time>
        </span>
        <span class="row-subject">{subjectOf(row)}</span>
        <span class="row-text">
          {row.lastMessage?.direction === 'OUTBOUND' && <Icon name="reply" />}
          {row.lastMessage?.text.slice(0, 160)}
        </span>
        <span class="row-chips">
          {row.state === 'SNOOZED' && (
            <span class="chip">
              <Icon name="moon" />
              {row.snooze?.until ? `${day(row.snooze.until, zone())}, ${clock(row.snooze.until, zone())}` : 'until they write'}
            </span>
          )}
          {row.waitingSince && row.state === 'OPEN' && (
            <span class="chip">
              <Icon name="clock" />
              <span class="unseen">waiting for </span>
              {since(row.waitingSince)}
            </span>
          )}
          {row.priority && <PriorityMark priority={row.priority} />}
          {row.tags.map((tag) => (
            <TagChip key={tag.id} {...tag} />
          ))}
          {(row.assignee || row.team) && (
            <span class="chip plain">
              {row.assignee ? row.assignee.name.split(' ')[0] : row.team?.name}
            </span>
          )}
        </span>
      </span>
      {row.viewerUnread && <span class="unread-dot" aria-hidden="true" />}
    </a>
  );
}
