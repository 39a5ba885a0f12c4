// How something failed, in one shape: refused by the server with a code, or never heard of again.
import type { CombinedError } from '@urql/core';

interface Told {
  message: string;
  extensions?: { code?: unknown };
}

export class Problem extends Error {
  /** The server's code; undefined when there was no answer. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }

  static told(errors: readonly Told[]): Problem {
    const first = errors[0];
    const code = first?.extensions?.code;
    return new Problem(first?.message ?? 'It failed.', typeof code === 'string' ? code : undefined);
  }

  static of(error: CombinedError): Problem {
    if (error.graphQLErrors.length > 0) return Problem.told(error.graphQLErrors as readonly Told[]);
    return new Problem('The server can’t be reached.');
  }
}
