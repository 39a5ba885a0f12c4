// The copy of the inbox over multipart HTTP, with Apollo Client: its HttpLink needs no other link for subscriptions.
import { ApolloClient, CombinedGraphQLErrors, CombinedProtocolErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Ended, FOLLOW, follow, token, url } from './copy.mjs';

const client = new ApolloClient({
  link: new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } }),
  cache: new InMemoryCache(),
});

await follow((cursor, change) => new Promise((_, reject) => {
  const query = gql(FOLLOW);
  // With a user interface leave fetchPolicy out: then each change also updates what the cache holds of the conversation.
  const over = (ended) => (following.unsubscribe(), reject(ended));
  const following = client.subscribe({ query, variables: { after: cursor }, fetchPolicy: 'no-cache' }).subscribe({
    next: ({ data, error }) => (error ? over(ended(error)) : change(data.viewChanged)),
    error: (error) => reject(ended(error)),
    complete: () => reject(new Ended()),
  });
}));

/** Refused before it began, or ended by the server: both carry GraphQL errors. Anything else is the connection. */
function ended(error) {
  const told = CombinedGraphQLErrors.is(error) || CombinedProtocolErrors.is(error);
  return new Ended(told ? error.errors : undefined, error);
}
