// How the connection is, for everyone to see, and when it is worth another try.
import { computed, signal } from '@preact/signals';

export type Link = 'connecting' | 'live' | 'lost';

const state = signal<Link>('connecting');
const offline = signal(!navigator.onLine);

export const link = computed<Link | 'offline'>(() => (offline.value && state.value !== 'live' ? 'offline' : state.value));

const waiting = new Set<() => void>();

/** Waits, but not longer than until the network is back or somebody looks again. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      waiting.delete(done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    waiting.add(done);
  });
}

export function tryNow(): void {
  for (const done of [...waiting]) done();
}

export function linkIs(now: Link): void {
  state.value = now;
}

/** `lost` is told when the browser knows that the network is gone: waiting for the socket to notice takes longer. */
export function watchNetwork(lost: () => void): () => void {
  const leave = new AbortController();
  const { signal: until } = leave;
  addEventListener('offline', () => ((offline.value = true), lost()), { signal: until });
  addEventListener('online', () => ((offline.value = false), tryNow()), { signal: until });
  document.addEventListener('visibilitychange', () => document.hidden || tryNow(), { signal: until });
  return () => leave.abort();
}
