// Plays a page against a demo of its own, from top to bottom, as somebody who pastes its blocks in order.
//
// A graphql block is sent with `ada`'s token unless the words before it name `ben`'s, `gateway`'s or the new one. Its variables are
// what known.mjs finds under their names. If the next block is JSON with `data` or `errors`, that is the answer; any other JSON
// shows the variables. An answer that isn't shown has no errors, no refusals, no null at its root and no empty list there.
// A subscription stays open while the next mutation of the page is done, else while something is done to everything, and must be told.
// A sh block that begins with curl, and a js block, are run as they are, but for the address; both must print something.
import { parse } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Known } from './known.mjs';
import { run } from './program.mjs';
import { difference } from './shown.mjs';
import { ask } from '../live/server.mjs';

const SECONDS = 20;

const runs = ({ language, text }) => language === 'js' || (language === 'sh' && text.startsWith('curl '));

/** Whether there is something to play. */
export const plays = (page) => page.blocks.some((block) => block.language === 'graphql' || runs(block));

export class Play {
  #server;
  #page;
  #known;
  #done = new Set();

  constructor(server, page) {
    this.#server = server;
    this.#page = page;
  }

  /** What is wrong, each with its line. */
  async problems() {
    const { blocks, file } = this.#page;
    const problems = [];
    this.#known = await Known.of(this.#server.direct, this.#server.tokens.ada);
    for (const [i, block] of blocks.entries()) {
      const program = runs(block);
      if ((block.language !== 'graphql' && !program) || this.#done.has(block)) continue;
      try {
        await (program ? this.#program(block, blocks.slice(i + 1)) : this.#operation(block, blocks.slice(i + 1)));
      } catch (error) {
        problems.push(`${file}:${block.line}: ${error.message}`);
      }
    }
    return problems;
  }

  async #operation(block, next) {
    this.#done.add(block);
    const [definition] = parse(block.text).definitions;
    const token = this.#token(block.before);
    const { shown, given } = shownWith(next);
    const variables = this.#variables(definition, given);
    const told = definition.operation === 'subscription';
    const answer = told ? await this.#follow(token, block.text, variables, next) : await post(this.#server.direct, token, block.text, variables);
    const wrong = shown ? difference(shown, answer) : unclean(answer, told);
    if (wrong) throw new Error(wrong);
    if (answer.data) this.#known.learn(answer.data);
  }

  #token(words) {
    const { tokens } = this.#server;
    const named = [...words.matchAll(/`(ada|ben|gateway)`'s token|the new token/g)].at(-1);
    if (!named) return tokens.ada;
    const token = named[1] ? tokens[named[1]] : this.#known.secret;
    if (!token) throw new Error('the page has made no token yet');
    return token;
  }

  #variables(definition, given) {
    const variables = {};
    for (const { variable, type, defaultValue } of definition.variableDefinitions ?? []) {
      const name = variable.name.value;
      const value = this.#known.get(name);
      if (value !== undefined) variables[name] = type.kind === 'ListType' || type.type?.kind === 'ListType' ? [value].flat() : value;
      else if (type.kind === 'NonNullType' && !defaultValue) throw new Error(`nothing is known for $${name}`);
    }
    const wrong = given && difference(given, variables, 'variables');
    if (wrong) throw new Error(wrong);
    return variables;
  }

  /** The first thing that a subscription is told, as an answer. */
  async #follow(token, query, variables, next) {
    const url = this.#server.direct.replace(/^http/, 'ws');
    const connectionParams = { Authorization: `Bearer ${token}` };
    const client = createClient({ url, connectionParams, retryAttempts: 0, webSocketImpl: WebSocket });
    await this.#streams((open) => open === 0);
    const results = client.iterate({ query, variables });
    try {
      const told = results.next();
      const deed = next.find(({ language }) => language === 'graphql');
      const deeds = deed && parse(deed.text).definitions[0].operation === 'mutation';
      await Promise.race([told.catch(() => {}), this.#streams((open) => open > 0)]);
      if (deeds) await this.#operation(deed, next.slice(next.indexOf(deed) + 1));
      const stop = deeds ? () => {} : this.#everything();
      const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`nothing was told in ${SECONDS} s`)), SECONDS * 1000).unref());
      const { value } = await Promise.race([told, late]).finally(stop);
      return value;
    } catch (errors) {
      if (Array.isArray(errors)) return { errors };
      throw errors;
    } finally {
      client.terminate();
    }
  }

  /** Waits for so many streams: what is done before the server has a stream, it may not be told. */
  async #streams(enough) {
    const metrics = new URL('/metrics', this.#server.direct);
    for (let tries = 0; tries < SECONDS * 10; tries += 1) {
      const [, open] = (await (await fetch(metrics)).text()).match(/^switchboard_streams_open (\d+)$/m);
      if (enough(Number(open))) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`the server's streams are not as awaited in ${SECONDS} s`);
  }

  /** Ben does something to all that the page speaks of, again and again, until told to stop. */
  #everything() {
    const { direct, tokens } = this.#server;
    let n = 0;
    const act = async () => {
      n += 1;
      await ask(direct, tokens.ben, 'mutation ($input: AddNoteInput!) { addNote(input: $input) { changed } }', {
        input: { conversationId: this.#known.get('conversation'), text: `@ada have a look, please (${n})` },
      });
      await ask(direct, tokens.ben, 'mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { changed } }', {
        input: { ticketId: this.#known.get('ticket'), description: `Looked at ${n} times.` },
      });
    };
    const timer = setInterval(() => act().catch(() => {}), 500);
    return () => clearInterval(timer);
  }

  async #program(block, next) {
    this.#done.add(block);
    const base = this.#server.direct.replace(/\/graphql$/, '');
    const env = { SWITCHBOARD_URL: this.#server.direct, SWITCHBOARD_TOKEN: this.#token(block.before) };
    const stop = block.text.includes('subscription') ? this.#everything() : () => {};
    const { printed, problem } = await run(block, base, env, SECONDS).finally(stop);
    if (problem) throw new Error(problem);
    const { shown } = shownWith(next);
    const wrong = shown && difference(shown, JSON.parse(printed));
    if (wrong) throw new Error(wrong);
  }
}

/** One operation over plain HTTP; whatever is answered. */
export async function post(url, token, query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(SECONDS * 1000),
  });
  return response.json();
}

/** The JSON right behind a block: the variables that are `given`, and the answer that is `shown`. */
function shownWith(next) {
  const end = next.findIndex(({ language }) => language !== 'json');
  const values = next.slice(0, end < 0 ? next.length : end).map(({ text }) => JSON.parse(text));
  const isAnswer = (value) => 'data' in value || 'errors' in value;
  return { shown: values.find(isAnswer), given: values.find((value) => !isAnswer(value)) };
}

/** What is wrong with an answer that the page doesn't show; undefined when nothing is. */
function unclean({ data, errors }, told) {
  if (errors?.length) return `it is answered ${errors.map((e) => `${e.extensions?.code}: ${e.message}`).join('; ')}`;
  if (!data) return 'it is answered nothing';
  for (const [field, value] of Object.entries(data)) {
    if (value === null) return `${field} is null`;
    if (value.userErrors?.length) return `${field} is refused: ${JSON.stringify(value.userErrors)}`;
    const list = Array.isArray(value) ? value : (value.nodes ?? value.edges);
    if (list?.length === 0 && !told) return `${field} is empty`;
  }
  return undefined;
}
