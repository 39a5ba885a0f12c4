// npm's graphql-sse over server-sent events, one connection for each operation.
import { createClient, NetworkError } from 'graphql-sse';
import { Stream } from './stream.mjs';

export const name = 'graphql-sse';

/** `lastEventId` is sent as the header that browsers send by themselves. */
export function client(url, token, { lastEventId, retryAttempts = 0 } = {}) {
  const client = createClient({
    url,
    headers: () => ({ authorization: `Bearer ${token}`, ...(lastEventId && { 'last-event-id': lastEventId() }) }),
    retryAttempts,
    retry: () => new Promise((resolve) => setTimeout(resolve, 100)),
  });
  return {
    run(query, variables) {
      const stream = new Stream();
      stream.stop = client.subscribe({ query, variables }, {
        next: (result) => stream.result(result),
        error: async (error) => stream.end(await refusal(error), error),
        complete: () => stream.end(),
      });
      return stream;
    },
    close: () => client.dispose(),
  };
}

async function refusal(error) {
  const body = error instanceof NetworkError && error.response ? await error.response.json().catch(() => ({})) : {};
  return body.errors;
}
