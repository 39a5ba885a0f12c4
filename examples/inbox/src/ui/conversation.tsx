// The open conversation: its head, what can be done, what happened, and where to write.
import { useEffect, useRef } from 'preact/hooks';
import type { ConversationState, Head } from '../state/conversation';
import { addressOf, place } from '../state/route';
import { customerName, STATES, subjectOf } from '../words/names';
import { dayAndClock, since } from '../words/times';
import { Avatar, PriorityMark, TagChip, Time, zone } from './bits';
import { Composer } from './composer';
import { Icon } from './icon';
import { openPicker } from './picker';
import { Timeline } from './timeline';
import { Toolbar } from './toolbar';

export function ConversationPane({ state }: { state: ConversationState | undefined }) {
  if (!state) {
    return (
      <section class="pane conversation nothing" aria-label="Conversation">
        <Icon name="inbox" />
        <p>Choose a conversation.</p>
        <p class="muted">
          <kbd>j</kbd> and <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>?</kbd> shows all keys.
        </p>
      </section>
    );
  }
  const head = state.head.value;
  return (
    <section class="pane conversation" aria-label="Conversation" aria-busy={state.phase.value === 'reading'}>
      {head ? <Opened state={state} head={head} key={head.id} /> : <NotThere state={state} />}
    </section>
  );
}

function NotThere({ state }: { state: ConversationState }) {
  const phase = state.phase.value;
  return (
    <div class="nothing">
      <Back />
      {phase === 'reading' ? <p class="muted">Opening #{state.number}…</p> : <p role="alert">{state.problem.value}</p>}
    </div>
  );
}

function Back() {
  return (
    <a class="button quiet back" href={addressOf(place.value.name)}>
      <Icon name="back" />
      <span class="unseen">Back to the list</span>
    </a>
  );
}

function Opened({ state, head }: { state: ConversationState; head: Head }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus({ preventScroll: true });
    return () => (openPicker.value = undefined);
  }, []);
  const gone = state.phase.value === 'missing';
  return (
    <>
      <header class="head">
        <Back />
        <div class="head-words">
          <h2 id="conversation-title" ref={title} tabIndex={-1}>
            {subjectOf(head)} <span class="number">#{head.number}</span>
          </h2>
          <p class="sub">
            <span class={`state ${head.state.toLowerCase()}`}>{stateOf(head)}</span>
            <span>{customerName(head)}</span>
            <span class="wide-only">{head.channel.name}</span>
            {head.waitingSince && head.state === 'OPEN' && <span class="waits">waiting for {since(head.waitingSince)}</span>}
          </p>
        </div>
      </header>
      {gone && <p class="banner" role="alert">You may no longer see this conversation.</p>}
      <Toolbar state={state} head={head} />
      <div class="body">
        <div class="talk">
          <Timeline state={state} />
          <Composer state={state} head={head} />
        </div>
        <Details head={head} />
      </div>
    </>
  );
}

function stateOf({ state, snooze, closeReason }: Head): string {
  if (state === 'SNOOZED') return snooze?.until ? `Snoozed until ${dayAndClock(snooze.until, zone())}` : 'Snoozed until the customer writes';
  if (state === 'CLOSED' && closeReason === 'AUTO_CLOSED') return 'Closed by itself';
  return STATES[state];
}

const UPCOMING = { WAKE: 'Wakes', AUTO_CLOSE: 'Closes by itself', REOPEN_WINDOW_ENDS: 'Can’t be reopened by the customer from' };

function Details({ head }: { head: Head }) {
  const { customer } = head;
  return (
    <aside class="details" aria-label="Details">
      <div class="customer">
        <Avatar name={customer.displayName} />
        <div>
          <b>{customerName(head)}</b>
          {customer.email && customer.email !== customer.displayName && <span class="muted">{customer.email}</span>}
          {customer.phone && <span class="muted">{customer.phone}</span>}
          {customer.blocked && <span class="chip">blocked</span>}
        </div>
      </div>
      <dl>
        <dt>Channel</dt>
        <dd>{head.channel.name}</dd>
        {head.priority && (
          <>
            <dt>Priority</dt>
            <dd>
              <PriorityMark priority={head.priority} />
            </dd>
          </>
        )}
        {head.tags.length > 0 && (
          <>
            <dt>Tags</dt>
            <dd class="chips">
              {head.tags.map((tag) => (
                <TagChip key={tag.id} {...tag} />
              ))}
            </dd>
          </>
        )}
        <dt>Followers</dt>
        <dd>{head.followers.map(({ name }) => name).join(', ') || 'Nobody'}</dd>
        {head.upcoming.map(({ kind, at }) => (
          <>
            <dt>{UPCOMING[kind]}</dt>
            <dd>
              <Time at={at} />
            </dd>
          </>
        ))}
        {head.tickets.map(({ ticket }) => (
          <>
            <dt>Ticket #{ticket.number}</dt>
            <dd>
              {ticket.title} <span class="muted">{ticket.status.toLowerCase().replace('_', ' ')}</span>
            </dd>
          </>
        ))}
        {head.links.map(({ kind, conversation }) => (
          <>
            <dt>{LINKS[kind]}</dt>
            <dd>
              {conversation ? (
                <a href={addressOf(place.value.name, conversation.number)}>
                  #{conversation.number} {conversation.subject}
                </a>
              ) : (
                'A conversation you can’t see'
              )}
            </dd>
          </>
        ))}
        <dt>Began</dt>
        <dd>
          <Time at={head.createdAt} />
        </dd>
      </dl>
    </aside>
  );
}

const LINKS = {
  RELATED: 'Related',
  PARENT: 'Part of',
  CHILD: 'Has as a part',
  DUPLICATE_OF: 'Duplicate of',
  DUPLICATED_BY: 'Duplicated by',
  CONTINUES: 'Continues',
  CONTINUED_BY: 'Continued by',
};
