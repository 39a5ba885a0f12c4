// What a page's reader has at hand for its variables: what the demo holds, and what the page's operations answered so far.
// `$conversation` is the id of the conversation that was answered last (of several, the first), and so of every kind of thing; `$version` is
// the version that was, `$after` the position in the log, `$cursor` the end of a page of a list.
import { ask } from '../live/server.mjs';

const DEMO = `{ eventCursor viewer { ... on Agent { id } } channels { id name } teams { id } tags { id }
  inbox(first: 1) { nodes { id version customer { id } } }
  agents(first: 100) { nodes { id handle } } tickets(first: 1) { nodes { id version } } }`;

export class Known {
  #values = new Map();
  /** The secret of the token that was made last. */
  secret;

  /** What a fresh demo has. */
  static async of(url, token) {
    const demo = await ask(url, token, DEMO);
    const known = new Known();
    known.learn(demo);
    const channel = (wanted) => demo.channels.find(({ name }) => name === wanted).id;
    known.set('channel', channel('Support mail'));
    known.set('billing', channel('Billing mail'));
    known.set('agent', demo.agents.nodes.find(({ handle }) => handle === 'ben').id);
    return known;
  }

  get(name) {
    return this.#values.get(name);
  }

  set(name, value) {
    this.#values.set(name, value);
  }

  /** Takes from an answer what later operations need. */
  learn(data) {
    const found = new Map();
    const note = (name, value) => {
      if (value !== null && value !== undefined && !found.has(name)) found.set(name, value);
    };
    const walk = (value, key) => {
      if (Array.isArray(value)) for (const item of value) walk(item, key);
      if (!value || typeof value !== 'object' || Array.isArray(value)) return;
      if (typeof value.id === 'string') {
        const [kind] = value.id.split('_');
        note(kind, value.id);
        if (['conversation', 'ticket'].includes(kind)) note('version', value.version);
      }
      note('after', value.eventCursor ?? (value.hasMore === undefined ? undefined : value.endCursor));
      if (key === 'pageInfo') note('cursor', value.endCursor);
      if (value.secret) this.secret = value.secret;
      for (const [inner, of] of Object.entries(value)) walk(of, inner);
    };
    walk(data, '');
    for (const [name, value] of found) this.#values.set(name, value);
  }
}
