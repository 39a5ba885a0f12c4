// The connection of one token: operations over HTTP, all streams over one WebSocket. Both are same-origin, beside the page.
import { Client, fetchExchange, stringifyDocument, type AnyVariables, type TypedDocumentNode } from '@urql/core';
import { createClient, type Client as Socket } from 'graphql-ws/client';
import { linkIs, watchNetwork } from './link';
import { Problem } from './problem';

const address = new URL('graphql', document.baseURI.replace(/#.*/, ''));

export class Connection {
  readonly #operations: Client;
  readonly #socket: Socket;
  readonly #unwatch: () => void;

  constructor(token: string) {
    this.#operations = new Client({
      url: address.href,
      exchanges: [fetchExchange],
      requestPolicy: 'network-only',
      preferGetMethod: false,
      fetch: (input, init) => fetch(input, { ...init, signal: patience(init?.signal) }),
      fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    });
    let overdue: ReturnType<typeof setTimeout> | undefined;
    this.#socket = createClient({
      url: address.href.replace(/^http/, 'ws'),
      connectionParams: { Authorization: `Bearer ${token}` },
      // Left to itself it would subscribe again with the old cursor: going on is follow.ts's affair.
      retryAttempts: 0,
      lazyCloseTimeout: 2_000,
      // A server that is gone without a word answers no ping.
      keepAlive: 10_000,
      on: {
        connected: () => linkIs('live'),
        ping: (received) => received || (overdue = setTimeout(() => this.#socket.terminate(), 5_000)),
        pong: (received) => received && clearTimeout(overdue),
        closed: () => {
          clearTimeout(overdue);
          linkIs('lost');
        },
      },
    });
    this.#unwatch = watchNetwork(() => this.#socket.terminate());
  }

  /** A query or mutation; answers its data, or throws a Problem. */
  async ask<Data, Variables extends AnyVariables>(
    operation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    const isMutation = operation.definitions.some((one) => one.kind === 'OperationDefinition' && one.operation === 'mutation');
    const { data, error } = await (
      isMutation ? this.#operations.mutation(operation, variables) : this.#operations.query(operation, variables)
    ).toPromise();
    if (error) throw Problem.of(error);
    if (!data) throw new Problem('The server answered nothing.');
    return data;
  }

  /** A stream until it ends, and then it throws the Problem that it ended with, unless `until` ended it. */
  stream<Data, Variables extends AnyVariables>(
    operation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    each: (data: Data) => void,
    until: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.#socket.subscribe<Data>(
        { query: stringifyDocument(operation), variables: variables as Record<string, unknown> },
        {
          next: ({ data, errors }) => {
            if (until.aborted) return;
            try {
              // A change of which nothing can be told.
              if (!data) throw Problem.told(errors ?? []);
              each(data);
            } catch (error) {
              stop();
              reject(error);
            }
          },
          error: (error) => reject(Array.isArray(error) ? Problem.told(error) : closed(error)),
          complete: () => (until.aborted ? resolve() : reject(new Problem('The stream ended.'))),
        },
      );
      until.addEventListener('abort', () => (stop(), resolve()), { once: true });
    });
  }

  close(): void {
    this.#unwatch();
    void this.#socket.dispose();
  }
}

function patience(signal: AbortSignal | null | undefined): AbortSignal {
  const late = AbortSignal.timeout(20_000);
  return signal ? AbortSignal.any([signal, late]) : late;
}

/** A socket that is closed with 4403 has a bad token; every other close is worth another try. */
function closed(error: unknown): Problem {
  const code = (error as { code?: unknown } | null)?.code;
  return new Problem('The connection was lost.', code === 4403 ? 'UNAUTHENTICATED' : undefined);
}
