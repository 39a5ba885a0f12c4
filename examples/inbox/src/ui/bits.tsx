// Small things that appear in many places.
import type { Priority } from '../gql';
import { hue, initials, PRIORITIES } from '../words/names';
import { dayAndClock, full } from '../words/times';
import { session } from '../state/session';
import { Icon } from './icon';

export function Avatar({ name, small }: { name: string; small?: boolean }) {
  return (
    <span class={`avatar hue-${hue(name)} ${small ? 'small' : ''}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

export function zone(): string {
  return session.value?.viewer.timeZone ?? 'UTC';
}

export function Time({ at, short }: { at: string; short?: string }) {
  return (
    <time dateTime={at} title={full(at, zone())}>
      {short ?? dayAndClock(at, zone())}
    </time>
  );
}

export function TagChip({ name, color }: { name: string; color: string | null }) {
  return (
    <span class="chip tag">
      <span class="dot" style={color ? { background: color } : undefined} aria-hidden="true" />
      {name}
    </span>
  );
}

export function PriorityMark({ priority }: { priority: Priority }) {
  return (
    <span class={`chip priority ${priority.toLowerCase()}`}>
      <Icon name="flag" />
      {PRIORITIES[priority]}
    </span>
  );
}

/** Why something wasn't done, beside where it was tried. */
export function Refusal({ message, id }: { message: string | undefined; id?: string }) {
  return message ? (
    <p class="refusal" role="alert" id={id}>
      <Icon name="warning" />
      <span>{message}</span>
    </p>
  ) : null;
}
