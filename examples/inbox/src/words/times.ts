// Instants as people read them, in the agent's own time zone: the one in which "tomorrow morning" is meant.
import { signal } from '@preact/signals';

/** The minute that it is, so that what says "5 min" doesn't lie. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 30_000);

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let one = formats.get(key);
  if (!one) formats.set(key, (one = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone })));
  return one;
}

const DAY: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit' };

export function sameDay(a: number, b: number, zone: string): boolean {
  return format(zone, DAY).format(a) === format(zone, DAY).format(b);
}

export function clock(at: string, zone: string): string {
  return format(zone, { hour: '2-digit', minute: '2-digit' }).format(Date.parse(at));
}

/** "today", "tomorrow", "yesterday", else the date. */
export function day(at: string, zone: string): string {
  const time = Date.parse(at);
  const today = now.value;
  if (sameDay(time, today, zone)) return 'today';
  if (sameDay(time, today + 86_400_000, zone)) return 'tomorrow';
  if (sameDay(time, today - 86_400_000, zone)) return 'yesterday';
  const far = Math.abs(time - today) > 300 * 86_400_000;
  return format(zone, { weekday: 'short', day: 'numeric', month: 'short', ...(far && { year: 'numeric' }) }).format(time);
}

export function dayAndClock(at: string, zone: string): string {
  return `${day(at, zone)}, ${clock(at, zone)}`;
}

/** As short as it goes, for lists. */
export function short(at: string, zone: string): string {
  const time = Date.parse(at);
  if (sameDay(time, now.value, zone)) return clock(at, zone);
  if (Math.abs(now.value - time) < 6 * 86_400_000) return format(zone, { weekday: 'short' }).format(time);
  return format(zone, { day: 'numeric', month: 'short' }).format(time);
}

export function full(at: string, zone: string): string {
  return format(zone, { dateStyle: 'full', timeStyle: 'short' }).format(Date.parse(at));
}

/** For how long, in its largest unit. */
export function since(at: string): string {
  const minutes = Math.max(0, Math.round((now.value - Date.parse(at)) / 60_000));
  if (minutes < 60) return `${Math.max(1, minutes)} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 1_440)} days`;
}

/** The wall clock in the zone as an `input type=datetime-local` spells it. */
export function wall(time: number, zone: string): string {
  const parts = new Map<string, string>(
    format(zone, { ...DAY, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: string) => parts.get(type) ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The instant at which the zone's wall clock shows this; one that a clock change skipped moves along with the change. */
export function instantAt(wallClock: string, zone: string): Date {
  const wanted = Date.parse(`${wallClock}:00Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) guess += wanted - Date.parse(`${wall(guess, zone)}:00Z`);
  return new Date(guess);
}
