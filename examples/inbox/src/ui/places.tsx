// The views, with how many wait in each.
import { useEffect, useRef } from 'preact/hooks';
import type { CountsQuery } from '../gql';
import type { Desk } from '../state/desk';
import { addressOf, place, type Place } from '../state/route';
import { Icon, type IconName } from './icon';

type Numbers = NonNullable<CountsQuery['inboxCounts']>;

const PLACES: readonly [name: string, label: string, icon: IconName, count: (of: Numbers) => number | undefined][] = [
  ['mine', 'Mine', 'mine', ({ mine }) => mine],
  ['unassigned', 'Unassigned', 'unassigned', ({ unassigned }) => unassigned],
  ['all', 'All open', 'inbox', ({ all }) => all],
  ['following', 'Following', 'eye', ({ following }) => following],
  ['mentioned', 'Mentioned', 'at', ({ mentioned }) => mentioned],
];

const BEYOND: typeof PLACES = [
  ['snoozed', 'Snoozed', 'moon', ({ snoozed }) => snoozed],
  ['closed', 'Closed', 'check', () => undefined],
  ['spam', 'Spam', 'spam', ({ spam }) => spam],
];

/** In the order in which the digits choose them. */
export const NAMES = [...PLACES, ...BEYOND].map(([name]) => name);

export function titleOf({ name }: Place, desk: Desk): string {
  const known = [...PLACES, ...BEYOND].find((one) => one[0] === name);
  if (known) return known[1];
  return desk.counts.now.value?.teams.find(({ team }) => `team-${team.id}` === name)?.team.name ?? 'Team';
}

export function Places({ desk }: { desk: Desk }) {
  const counts = desk.counts.now.value;
  const shown = (all: typeof PLACES) =>
    all.map(([name, label, icon, count]) => <PlaceLink key={name} name={name} label={label} icon={icon} count={counts && count(counts)} />);
  return (
    <nav class="places" aria-label="Views">
      <ul>{shown(PLACES)}</ul>
      {counts && counts.teams.length > 0 && (
        <>
          <h2 class="places-title">Teams</h2>
          <ul aria-label="Teams">
            {counts.teams.map(({ team, open }) => (
              <PlaceLink key={team.id} name={`team-${team.id}`} label={team.name} icon="team" count={open} />
            ))}
          </ul>
        </>
      )}
      <h2 class="places-title">Put away</h2>
      <ul aria-label="Put away">{shown(BEYOND)}</ul>
    </nav>
  );
}

function PlaceLink({ name, label, icon, count }: { name: string; label: string; icon: IconName; count: number | undefined }) {
  const here = place.value.name === name;
  const link = useRef<HTMLAnchorElement>(null);
  // On a narrow screen the views are a strip.
  useEffect(() => {
    if (here) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [here]);
  return (
    <li>
      <a ref={link} class="place" href={addressOf(name)} aria-current={here ? 'page' : undefined} data-place={name}>
        <Icon name={icon} />
        <span class="place-name">{label}</span>
        {count !== undefined && (
          <span class="count" data-count={name}>
            {count > 10_000 ? '10,000+' : count}
            <span class="unseen"> {count === 1 ? 'conversation' : 'conversations'}</span>
          </span>
        )}
      </a>
    </li>
  );
}
