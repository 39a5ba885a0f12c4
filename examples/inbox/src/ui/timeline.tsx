// What happened in the open conversation, oldest first: messages, notes set apart, and changes as sentences.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ConversationState, Entry } from '../state/conversation';
import { changeOf, type Part } from '../words/changes';
import { day, sameDay, clock } from '../words/times';
import { Avatar, Refusal, Time, zone } from './bits';
import { Icon } from './icon';

const NEAR = 80;

export function Timeline({ state }: { state: ConversationState }) {
  const entries = state.entries.value;
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const before = useRef<{ first?: string; last?: string; height: number }>({ height: 0 });
  const [below, setBelow] = useState(false);

  const toEnd = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
    setBelow(false);
  };

  // What is read stays where it is: earlier entries push nothing down, later ones nothing up, unless one was at the end.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const { first, last, height } = before.current;
    const newFirst = entries[0]?.id;
    const newLast = entries.at(-1)?.id;
    if (first && first !== newFirst && last === newLast) element.scrollTop += element.scrollHeight - height;
    else if (last !== newLast) {
      if (atEnd.current || !last) toEnd();
      else setBelow(true);
    }
    before.current = { first: newFirst, last: newLast, height: element.scrollHeight };
  }, [entries]);

  // The composer grows and shrinks below it.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const watch = new ResizeObserver(() => atEnd.current && (element.scrollTop = element.scrollHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    if (atEnd.current) setBelow(false);
  };

  return (
    <div class="timeline-frame">
      <div class="timeline" ref={scroller} onScroll={onScroll} tabIndex={0} role="region" aria-label="What happened">
        {state.earlier.value && (
          <button type="button" class="button earlier" disabled={state.readingEarlier.value} onClick={() => void state.readEarlier()}>
            {state.readingEarlier.value ? 'Reading…' : 'Show what was before'}
          </button>
        )}
        <Refusal message={state.refusals.value.timeline} />
        <ol class="entries">
          {entries.map((entry, i) => {
            const previous = entries[i - 1];
            const newDay = !previous || !sameDay(Date.parse(previous.at), Date.parse(entry.at), zone());
            return (
              <>
                {newDay && (
                  <li class="day" key={`day-${entry.id}`}>
                    <span>{day(entry.at, zone())}</span>
                  </li>
                )}
                <EntryItem key={entry.id} entry={entry} state={state} />
              </>
            );
          })}
        </ol>
      </div>
      {below && (
        <button type="button" class="button below" onClick={toEnd}>
          <Icon name="down" />
          New below
        </button>
      )}
    </div>
  );
}

function EntryItem({ entry, state }: { entry: Entry; state: ConversationState }) {
  if (entry.__typename === 'Message') return <MessageItem entry={entry} viewerId={state.desk.viewer.id} />;
  if (entry.__typename === 'Note') return <NoteItem entry={entry} viewerId={state.desk.viewer.id} />;
  const change = changeOf(entry, state.desk.viewer);
  if (!change) return null;
  return (
    <li class="entry change" data-entry={entry.id} data-kind={entry.kind}>
      <Icon name={change.icon} />
      <p>
        <Sentence parts={change.parts} />
        {change.because && <span class="because"> {sentenceCase(change.because)}.</span>}{' '}
        <Time at={entry.at} short={clock(entry.at, zone())} />
      </p>
    </li>
  );
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Sentence({ parts }: { parts: readonly Part[] }) {
  return <>{parts.map((part) => (typeof part === 'string' ? part : <b>{part.name}</b>))}</>;
}

function author(entry: Entry, viewerId: string): string {
  const { actor } = entry;
  return actor.__typename === 'Agent' && actor.id === viewerId ? 'You' : actor.displayName || 'Somebody';
}

function By({ entry, viewerId }: { entry: Entry; viewerId: string }) {
  const kind = { Workflow: 'workflow', Integration: 'integration', Clock: 'clock', Agent: '', Customer: '' }[entry.actor.__typename];
  return (
    <>
      <b class="author">{author(entry, viewerId)}</b>
      {kind && <span class="chip">{kind}</span>}
    </>
  );
}

// The server has made the HTML safe, and it loads nothing from elsewhere; the page's content security policy is the second wall.
function Html({ html, truncated }: { html: string; truncated?: boolean }) {
  return (
    <>
      <div class="html" dangerouslySetInnerHTML={{ __html: html }} />
      {truncated && <p class="muted">It was longer; the rest was cut off.</p>}
    </>
  );
}

function MessageItem({ entry, viewerId }: { entry: Extract<Entry, { __typename: 'Message' }>; viewerId: string }) {
  const outbound = entry.direction === 'OUTBOUND';
  return (
    <li class={`entry message ${outbound ? 'outbound' : 'inbound'}`} data-entry={entry.id} data-kind="MESSAGE">
      <Avatar name={entry.actor.displayName} />
      <article class="card">
        <header>
          <By entry={entry} viewerId={viewerId} />
          {entry.automatic && <span class="chip">automatic</span>}
          <Delivery delivery={entry.delivery} />
          <Time at={entry.at} short={clock(entry.at, zone())} />
        </header>
        <Html html={entry.html} truncated={entry.truncated} />
        {entry.delivery?.status === 'FAILED' && <Refusal message={`Not delivered. ${entry.delivery.error ?? ''}`} />}
      </article>
    </li>
  );
}

const DELIVERY = { QUEUED: 'on its way', SENT: 'sent', DELIVERED: 'delivered', FAILED: 'not delivered' };

function Delivery({ delivery }: { delivery: { status: keyof typeof DELIVERY } | null }) {
  return delivery ? <span class={`delivery ${delivery.status.toLowerCase()}`}>{DELIVERY[delivery.status]}</span> : null;
}

function NoteItem({ entry, viewerId }: { entry: Extract<Entry, { __typename: 'Note' }>; viewerId: string }) {
  return (
    <li class="entry note" data-entry={entry.id} data-kind="NOTE">
      <Avatar name={entry.actor.displayName} />
      <article class="card">
        <header>
          <By entry={entry} viewerId={viewerId} />
          <span class="internal">
            <Icon name="lock" />
            Internal note
          </span>
          {entry.editedAt && !entry.deletedAt && <span class="muted">edited</span>}
          <Time at={entry.at} short={clock(entry.at, zone())} />
        </header>
        {entry.deletedAt ? <p class="muted">This note was deleted.</p> : <Html html={entry.html} />}
      </article>
    </li>
  );
}
