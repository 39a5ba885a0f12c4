// Who is signed in: a token, pasted once and kept for this tab, never in an address.
import { signal } from '@preact/signals';
import { Connection } from '../api/client';
import { linkIs } from '../api/link';
import { Problem } from '../api/problem';
import { BeginDocument, type BeginQuery, type Scope } from '../gql';
import { Desk } from './desk';
import { forgetAll, keep, kept } from './storage';

export type Viewer = Extract<BeginQuery['viewer'], { __typename: 'Agent' }>;

export interface Session {
  viewer: Viewer;
  scopes: readonly Scope[];
  connection: Connection;
  desk: Desk;
}

export const session = signal<Session | undefined>(undefined);
export const signingIn = signal(false);
export const signInProblem = signal<string | undefined>(undefined);

export async function signIn(token: string): Promise<void> {
  signingIn.value = true;
  signInProblem.value = undefined;
  linkIs('connecting');
  const connection = new Connection(token);
  try {
    const { viewer, viewerScopes } = await connection.ask(BeginDocument, {});
    if (viewer.__typename !== 'Agent') throw new Problem('This is an integration’s token. The inbox is for an agent’s.');
    keep('token', token);
    const desk = new Desk(connection, viewer, viewerScopes, () => signOut('Your token is no longer valid. Please paste a new one.'));
    session.value = { viewer, scopes: viewerScopes, connection, desk };
  } catch (error) {
    connection.close();
    const problem = error as Problem;
    if (problem.code === 'UNAUTHENTICATED') keep('token', undefined);
    signInProblem.value = problem.code === 'UNAUTHENTICATED' ? 'The server doesn’t know this token.' : problem.message;
  } finally {
    signingIn.value = false;
  }
}

export function signOut(because?: string): void {
  const was = session.value;
  session.value = undefined;
  signInProblem.value = because;
  was?.desk.close();
  was?.connection.close();
  // Whose token ended comes back to their drafts; who leaves leaves nothing.
  if (because) keep('token', undefined);
  else forgetAll();
}

export async function begin(): Promise<void> {
  const token = kept('token');
  if (token) await signIn(token);
}
