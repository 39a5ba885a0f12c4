// Apollo Client with nothing but its HttpLink: subscriptions come as parts of one response.
import { ApolloClient, CombinedGraphQLErrors, CombinedProtocolErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Stream } from './stream.mjs';

export const name = '@apollo/client';

export function client(url, token) {
  const link = new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } });
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return {
    run(document, variables) {
      const stream = new Stream();
      const query = gql(document);
      const result = ({ data, error }) => (error ? stream.end(errors(error), error) : stream.result({ data }));
      const operation = query.definitions[0].operation;
      if (operation !== 'subscription') {
        const answer = operation === 'query' ? client.query({ query, variables, fetchPolicy: 'no-cache' }) : client.mutate({ mutation: query, variables });
        answer.then((done) => (result(done), stream.end()), (error) => stream.end(errors(error), error));
        return stream;
      }
      const subscription = client.subscribe({ query, variables, fetchPolicy: 'no-cache' }).subscribe({
        next: result,
        error: (error) => stream.end(errors(error), error),
        complete: () => stream.end(),
      });
      stream.stop = () => subscription.unsubscribe();
      return stream;
    },
    close: () => client.stop(),
  };
}

function errors(error) {
  return CombinedGraphQLErrors.is(error) || CombinedProtocolErrors.is(error) ? error.errors : [];
}
