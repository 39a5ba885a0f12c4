// The copy of the inbox over a WebSocket, with npm's graphql-ws.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws'; // in a browser, and in Node.js from 22 on, leave webSocketImpl out
import { Ended, FOLLOW, follow, token, url } from './copy.mjs';

let overdue;
const client = createClient({
  url: url.replace(/^http/, 'ws'),
  webSocketImpl: WebSocket,
  connectionParams: () => ({ Authorization: `Bearer ${token}` }),
  // Left to itself it would subscribe again with the old cursor.
  retryAttempts: 0,
  // How a server that is gone without a word is noticed: it answers no ping for five seconds.
  keepAlive: 10_000,
  on: {
    ping: (received) => received || (overdue = setTimeout(() => client.terminate(), 5_000)),
    pong: (received) => received && clearTimeout(overdue),
    closed: () => clearTimeout(overdue),
  },
});

await follow((cursor, change) => new Promise((_, reject) => {
  const over = (ended) => (stop(), reject(ended));
  const stop = client.subscribe({ query: FOLLOW, variables: { after: cursor } }, {
    next: ({ data, errors }) => (data ? change(data.viewChanged) : over(new Ended(errors))),
    // An array of GraphQL errors from the server, or whatever became of the socket.
    error: (error) => reject(Array.isArray(error) ? new Ended(error) : ended(error)),
    complete: () => reject(new Ended()),
  });
}));

/** A socket that is closed with 4403 has a bad token; every other close is worth another try. */
function ended(event) {
  const errors = event.code === 4403 ? [{ message: event.reason, extensions: { code: 'UNAUTHENTICATED' } }] : undefined;
  return new Ended(errors, new Error(event.reason || event.message || `closed with ${event.code}`));
}
