// npm's graphql-ws over a WebSocket.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Stream } from './stream.mjs';

export const name = 'graphql-ws';

export function client(url, token) {
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  return {
    run(query, variables) {
      const stream = new Stream();
      stream.stop = client.subscribe({ query, variables }, {
        next: (result) => stream.result(result),
        error: (error) => (Array.isArray(error) ? stream.end(error) : stream.end(closedWith(error), error)),
        complete: () => stream.end(),
      });
      return stream;
    },
    close: () => client.dispose(),
  };
}

/** 4403 is how a socket says that its token is no good. */
function closedWith(event) {
  return event.code === 4403 ? [{ message: event.reason, extensions: { code: 'UNAUTHENTICATED' } }] : [];
}
