// Everything that one signed-in agent has before them, followed live.
import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { Connection } from '../api/client';
import { follow, type Following } from '../api/follow';
import { DirectoryDocument, type DirectoryQuery, type Scope } from '../gql';
import type { AnyVariables } from '@urql/core';
import { ConversationState } from './conversation';
import { Counts } from './counts';
import { ListState } from './list';
import { Notices } from './notices';
import { opened, place } from './route';
import type { Viewer } from './session';

export type Colleague = NonNullable<DirectoryQuery['agents']>['nodes'][number];
export type Directory = Pick<DirectoryQuery, 'teams' | 'tags'> & { agents: Colleague[] };

export class Desk {
  readonly #list = signal<ListState>(undefined as never);
  readonly #conversation = signal<ConversationState | undefined>(undefined);
  readonly directory = signal<Directory>({ agents: [], teams: [], tags: [] });
  readonly counts: Counts;
  readonly notices: Notices;
  readonly #leave: (() => void)[] = [];

  constructor(
    readonly connection: Connection,
    readonly viewer: Viewer,
    readonly scopes: readonly Scope[],
    readonly unauthenticated: () => void,
  ) {
    this.counts = new Counts(this);
    this.notices = new Notices(this);
    this.#leave.push(
      effect(() => {
        const where = place.value;
        const list = untracked(() => new ListState(this, where));
        this.#list.value = list;
        return () => list.close();
      }),
      effect(() => {
        const number = opened.value;
        const conversation = number === undefined ? undefined : untracked(() => new ConversationState(this, number));
        this.#conversation.value = conversation;
        return () => conversation?.close();
      }),
    );
    void this.#learn();
  }

  get list(): ReadonlySignal<ListState> {
    return this.#list;
  }

  get conversation(): ReadonlySignal<ConversationState | undefined> {
    return this.#conversation;
  }

  may(scope: Scope): boolean {
    return this.scopes.includes(scope);
  }

  follow<Data, Variables extends AnyVariables>(following: Omit<Following<Data, Variables>, 'unauthenticated'>): () => void {
    return follow(this.connection, { ...following, unauthenticated: this.unauthenticated });
  }

  /** People, teams and tags for the menus: read again when a menu is opened, since nothing tells when they change. */
  async #learn(): Promise<void> {
    try {
      const agents: Colleague[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const page: DirectoryQuery = await this.connection.ask(DirectoryDocument, { after });
        agents.push(...(page.agents?.nodes ?? []));
        this.directory.value = { agents: [...agents], teams: page.teams, tags: page.tags };
        more = page.agents?.pageInfo.hasNextPage ?? false;
        after = page.agents?.pageInfo.endCursor ?? null;
      }
    } catch {
      // The menus show what was known before; acting tells what is wrong.
    }
  }

  refreshDirectory(): void {
    void this.#learn();
  }

  close(): void {
    for (const leave of this.#leave) leave();
    this.counts.close();
    this.notices.close();
  }
}
