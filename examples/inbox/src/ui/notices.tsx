// The bell: how many notifications are unread, and what they tell.
import { useEffect, useRef } from 'preact/hooks';
import { signal } from '@preact/signals';
import type { NoticeFragment } from '../gql';
import type { Notices } from '../state/notices';
import { addressOf, place } from '../state/route';
import { customerName, REASONS, subjectOf } from '../words/names';
import { Avatar, Refusal, Time } from './bits';
import { Icon } from './icon';

export const noticesOpen = signal(false);

const TOLD: Partial<Record<NoticeFragment['entry']['kind'], string>> = {
  MESSAGE: 'wrote',
  NOTE: 'left a note',
  ASSIGNED: 'assigned it',
  SNOOZED: 'snoozed it',
  WOKEN: 'it woke up',
  CLOSED: 'closed it',
  REOPENED: 'it reopened',
  MARKED_AS_SPAM: 'marked it as spam',
  RESTORED: 'restored it',
  DELIVERY_CHANGED: 'a message wasn’t delivered',
};

export function Bell({ notices }: { notices: Notices }) {
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const open = noticesOpen.value;
  const unread = notices.unread.value;
  const shown = unread === null ? '10,000+' : unread > 99 ? '99+' : String(unread);

  useEffect(() => {
    if (!open) return;
    panel.current?.focus();
    const outside = (event: Event) => box.current?.contains(event.target as Node) || (noticesOpen.value = false);
    addEventListener('pointerdown', outside, true);
    return () => removeEventListener('pointerdown', outside, true);
  }, [open]);

  const close = () => {
    noticesOpen.value = false;
    button.current?.focus();
  };

  return (
    <div class="picker at-end" ref={box}>
      <button
        ref={button}
        type="button"
        class="button quiet bell"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={unread === 0 ? 'Notifications, none unread' : `Notifications, ${unread ?? 'more than 10,000'} unread`}
        onClick={() => (noticesOpen.value = !open)}
      >
        <Icon name="bell" />
        {unread !== 0 && (
          <span class="badge" aria-hidden="true">
            {shown}
          </span>
        )}
      </button>
      {open && (
        <div
          class="menu notices"
          role="dialog"
          aria-label="Notifications"
          ref={panel}
          tabIndex={-1}
          data-own-keys
          onKeyDown={(event) => event.key === 'Escape' && (event.stopPropagation(), close())}
          onFocusOut={(event) => {
            const to = event.relatedTarget as Node | null;
            if (to && !box.current?.contains(to)) noticesOpen.value = false;
          }}
        >
          <div class="notices-head">
            <h2>Notifications</h2>
            <button type="button" class="button quiet" disabled={unread === 0} onClick={() => void notices.read()}>
              Mark all as read
            </button>
          </div>
          <Refusal message={notices.problem.value} />
          {notices.all.value.length === 0 && <p class="none">Nothing yet</p>}
          <ul>
            {notices.all.value.map((notice) => (
              <li key={notice.id}>
                <NoticeLink notice={notice} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function NoticeLink({ notice }: { notice: NoticeFragment }) {
  const { entry, conversation, reason, readAt, createdAt } = notice;
  const text = entry.__typename === 'Message' || entry.__typename === 'Note' ? entry.text : '';
  return (
    <a class={`notice ${readAt ? '' : 'unread'}`} href={addressOf(place.value.name, conversation.number)} onClick={() => (noticesOpen.value = false)}>
      <Avatar name={entry.actor.displayName} small />
      <span>
        <span class="notice-top">
          {!readAt && <span class="unseen">Unread. </span>}
          <b>{entry.actor.displayName}</b> {TOLD[entry.kind] ?? 'changed it'}, <span class="muted">{REASONS[reason]}</span>
        </span>
        <span class="notice-where">
          #{conversation.number} {subjectOf(conversation)}, {customerName(conversation)}
        </span>
        {text && <span class="row-text">{text.slice(0, 120)}</span>}
        <Time at={createdAt} />
      </span>
    </a>
  );
}
