// A copy of the inbox in a file, kept exact by `viewChanged`. This half doesn't depend on how the stream is carried:
// graphql-ws.mjs, graphql-sse.mjs and apollo-client.mjs are the other half, one each.
//
//   SWITCHBOARD_URL    the GraphQL endpoint; default http://127.0.0.1:8080/graphql
//   SWITCHBOARD_TOKEN  a bearer token
//   COPY               the copy's file; default inbox.json
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export const url = process.env.SWITCHBOARD_URL ?? 'http://127.0.0.1:8080/graphql';
export const token = process.env.SWITCHBOARD_TOKEN;
const file = process.env.COPY ?? 'inbox.json';

const FIELDS = 'id number subject priority';
const PAGE = `query Page($after: String) {
  eventCursor
  inbox(first: 100, after: $after) { nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } }
}`;
export const FOLLOW = `subscription Follow($after: EventCursor) {
  viewChanged(view: INBOX, after: $after) { cursor kind conversation { ${FIELDS} } }
}`;

/** Why a stream ended: the code that the server gave, or none when the connection was lost. */
export class Ended extends Error {
  constructor(errors, cause) {
    super(errors?.[0]?.message ?? cause?.message ?? 'the connection was lost', { cause });
    this.code = errors?.[0]?.extensions?.code;
  }
}

/** The copy as it was stored: { cursor, conversations }. None before the first run. */
function load() {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** The conversations and the cursor up to which they are right change together or not at all. */
function store(copy) {
  const fd = openSync(`${file}.new`, 'w');
  writeSync(fd, JSON.stringify(copy, null, 1));
  fsyncSync(fd);
  closeSync(fd);
  renameSync(`${file}.new`, file);
}

async function ask(query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Ended(errors);
  return data;
}

/** Everything, with the cursor of the first page: what changes while the others are read is told again by the stream. */
async function query() {
  const copy = { cursor: undefined, conversations: {} };
  for (let after = null, more = true; more; ) {
    const { eventCursor, inbox } = await ask(PAGE, { after });
    copy.cursor ??= eventCursor;
    for (const conversation of inbox.nodes) copy.conversations[conversation.id] = conversation;
    ({ hasNextPage: more, endCursor: after } = inbox.pageInfo);
  }
  store(copy);
  console.log(`QUERIED ${Object.keys(copy.conversations).length}`);
  return copy;
}

/** Repeating a change changes nothing more, so "at least once" is enough here. */
function apply(copy, { cursor, kind, conversation }) {
  if (kind === 'LEFT') delete copy.conversations[conversation.id];
  else copy.conversations[conversation.id] = conversation;
  copy.cursor = cursor;
  store(copy);
  console.log(`${kind} ${conversation.number} ${conversation.subject ?? ''}`);
}

/**
 * Follows for ever. `open(cursor, change)` opens one stream behind the cursor, calls `change` with each ViewChange in order, and
 * rejects with `Ended` when it is over.
 */
export async function follow(open) {
  let copy = load();
  for (let failures = 0; ; ) {
    const began = Date.now();
    try {
      copy ??= await query();
      await open(copy.cursor, (change) => {
        apply(copy, change);
        failures = 0;
      });
    } catch (error) {
      const ended = error instanceof Ended ? error : new Ended(undefined, error);
      console.error(`ended: ${ended.code ?? 'no connection'}: ${ended.message}`);
      switch (ended.code) {
        // The copy can't be brought up to date from where it stands: query again.
        case 'ACCESS_CHANGED':
        case 'EPOCH_CHANGED':
        case 'CURSOR_AHEAD':
        case 'CURSOR_EXPIRED':
        // The change behind the cursor can't be told; what it led to can be queried.
        case 'INTERNAL':
          copy = undefined;
          break;
        // It goes on from the stored cursor, on any node.
        case undefined:
        case 'SHUTTING_DOWN':
        case 'SLOW_CONSUMER':
        case 'OVERLOADED':
        case 'RATE_LIMITED':
          break;
        // UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, a query that is wrong: trying again doesn't help.
        default:
          throw ended;
      }
      // One that lived for a minute had not failed.
      if (Date.now() - began > 60_000) failures = 0;
      // Not all at once after a restart: at first within half a second, later within 15 s.
      await wait(Math.random() * Math.min(15_000, 500 * 2 ** failures++));
    }
  }
}
