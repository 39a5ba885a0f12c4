// The copy of the inbox over server-sent events, with npm's graphql-sse.
import { createClient, NetworkError } from 'graphql-sse';
import { Ended, FOLLOW, follow, token, url } from './copy.mjs';

const client = createClient({
  url,
  headers: () => ({ authorization: `Bearer ${token}` }),
  // Left to itself it would subscribe again with the old cursor.
  retryAttempts: 0,
});

await follow((cursor, change) => new Promise((_, reject) => {
  const over = (ended) => (stop(), reject(ended));
  const stop = client.subscribe({ query: FOLLOW, variables: { after: cursor } }, {
    // The end comes as a result too: without data, and with the error that says why.
    next: ({ data, errors }) => (data ? change(data.viewChanged) : over(new Ended(errors))),
    error: async (error) => reject(await ended(error)),
    complete: () => reject(new Ended()),
  });
}));

/** A request that was refused with a status has a JSON body with the error; a connection that was lost has none. */
async function ended(error) {
  const body = error instanceof NetworkError && error.response ? await error.response.json().catch(() => ({})) : {};
  return new Ended(body.errors, error);
}
