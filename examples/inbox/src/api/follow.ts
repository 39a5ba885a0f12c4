// Holds something that is never wrong for long: queried once, then followed from the cursor of the last change that was applied.
import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import type { Connection } from './client';
import { pause } from './link';
import { Problem } from './problem';

export interface Following<Data, Variables extends AnyVariables> {
  /** Reads everything anew, and answers the cursor that was read with it. */
  query: () => Promise<string>;
  stream: TypedDocumentNode<Data, Variables & { after?: string | null }>;
  /** The stream's variables but `after`, known when `query` has answered. */
  variables: () => Variables;
  /** Takes in one change, and answers its cursor. Doing it twice must do no harm. */
  apply: (data: Data) => string;
  /** After a lost connection: go on behind the cursor, or query again, where that is cheaper than every change. */
  resume: boolean;
  /** There is no going on: the thing doesn't exist for the viewer, or the operation is refused. */
  failed: (problem: Problem) => void;
  unauthenticated: (problem: Problem) => void;
}

/** Follows until the function that it answers is called. */
export function follow<Data, Variables extends AnyVariables>(
  connection: Connection,
  following: Following<Data, Variables>,
): () => void {
  const stopping = new AbortController();
  void run(connection, following, stopping.signal);
  return () => stopping.abort();
}

async function run<Data, Variables extends AnyVariables>(
  connection: Connection,
  following: Following<Data, Variables>,
  until: AbortSignal,
): Promise<void> {
  let cursor: string | undefined;
  let failures = 0;
  while (!until.aborted) {
    const began = Date.now();
    try {
      cursor ??= await following.query();
      if (until.aborted) return;
      const variables = { ...following.variables(), after: cursor };
      await connection.stream(following.stream, variables, (data) => {
        cursor = following.apply(data);
        failures = 0;
      }, until);
    } catch (error) {
      if (until.aborted) return;
      const problem = error instanceof Problem ? error : new Problem(String(error), 'INTERNAL');
      switch (then(problem.code)) {
        case 'sign in':
          return following.unauthenticated(problem);
        case 'give up':
          return following.failed(problem);
        case 'query again':
          cursor = undefined;
          break;
        case 'go on':
          if (!following.resume) cursor = undefined;
      }
    }
    // One that lived for a minute had not failed.
    if (Date.now() - began > 60_000) failures = 0;
    // Not all at once after a restart: at first within half a second, later within 15 s.
    await pause(Math.random() * Math.min(15_000, 500 * 2 ** failures++));
  }
}

/** docs/following-along.md: what ends a stream, and what to do. */
function then(code: string | undefined): 'go on' | 'query again' | 'sign in' | 'give up' {
  switch (code) {
    case undefined:
    case 'SHUTTING_DOWN':
    case 'SLOW_CONSUMER':
    case 'OVERLOADED':
    case 'RATE_LIMITED':
      return 'go on';
    case 'ACCESS_CHANGED':
    case 'EPOCH_CHANGED':
    case 'CURSOR_AHEAD':
    case 'CURSOR_EXPIRED':
    // The change behind the cursor can't be told; what it led to can be queried.
    case 'INTERNAL':
      return 'query again';
    case 'UNAUTHENTICATED':
      return 'sign in';
    default:
      return 'give up';
  }
}
