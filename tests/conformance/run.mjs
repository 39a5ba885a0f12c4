// Sends what Relay and GraphQL Code Generator made of the operations to the real binary: they add fields, and the server has limits.
//
//   SWITCHBOARD_BINARY  the program; it is started with --demo on a database that goes away again
//
// The last line says "N passed, M failed"; exit 1 on any failure.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { parse, print } from 'graphql';
import { Server, ask } from '../clients/live/server.mjs';

const binary = process.env.SWITCHBOARD_BINARY;
if (!binary) {
  console.error('SWITCHBOARD_BINARY is not set: give the program, for example target/debug/switchboard');
  process.exit(2);
}

const here = (path) => new URL(path, import.meta.url);

/** Relay writes the text that it sends into each operation's artifact. */
function relay() {
  const folder = here('relay/__generated__/');
  return readdirSync(folder).flatMap((name) => {
    const [, text] = readFileSync(new URL(name, folder), 'utf8').match(/^ +"text": (".*")$/m) ?? [];
    return text ? [{ title: `relay: ${name.split('.')[0]}`, text: JSON.parse(text) }] : [];
  });
}

/** The generator writes the parsed document. */
function codegen() {
  const source = readFileSync(here('codegen/generated/graphql.ts'), 'utf8');
  const documents = [...source.matchAll(/^export const (\w+)Document = (\{.*\}) as unknown as DocumentNode/gm)];
  return documents.map(([, name, json]) => ({ title: `codegen: ${name}`, text: print(JSON.parse(json)) }));
}

const server = new Server(binary);
await server.start('--demo');
const token = server.tokens.ada;
const { inbox, tickets, eventCursor } = await ask(
  server.direct,
  token,
  '{ eventCursor inbox(first: 3) { nodes { id } } tickets(first: 1) { nodes { id } } }',
);
const [first, second, third] = inbox.nodes.map(({ id }) => id);
// So that each subscription has something to tell.
await ask(server.direct, token, 'mutation($id: ID!) { setPriority(input: { conversationId: $id, priority: LOW }) { changed } }', { id: first });
await ask(server.direct, token, 'mutation($id: ID!) { updateTicket(input: { ticketId: $id, description: "Told." }) { changed } }', { id: tickets.nodes[0].id });

const workflow = (name) => ({
  name,
  trigger: 'CUSTOMER_MESSAGE',
  condition: { all: [{ text: { containsAny: ['refund'] } }, { not: { unassigned: false } }] },
  actions: [{ setPriority: { priority: 'HIGH' } }],
});
const bulk = { target: { conversationIds: [first, second] }, actions: [{ setPriority: { priority: 'HIGH' } }, { snooze: { until: { after: 'P3D' } } }] };
/** Variables by how the operation's name ends. */
const VARIABLES = {
  InboxPageQuery: { scope: 'ALL' },
  InboxPageNextQuery: { first: 10 },
  InboxPage: { filter: { unassigned: true } },
  InboxPageSubscription: { after: eventCursor },
  InboxChanged: { after: eventCursor },
  TimelineQuery: { id: first },
  TimelineEarlierQuery: { id: first, last: 20 },
  TimelineSubscription: { id: first, after: eventCursor },
  Timeline: { id: first, last: 50 },
  TicketChanged: { after: eventCursor },
  ActReplyMutation: { input: { conversationId: second, text: 'On its way.' } },
  Reply: { input: { conversationId: second, text: 'On its way, too.' } },
  ActSnoozeMutation: { conversation: third, until: { preset: 'NEXT_WEEK' } },
  Snooze: { conversation: third, until: { customerReplies: true } },
  ActBulkMutation: bulk,
  Bulk: bulk,
  ActWorkflowMutation: { input: workflow('Conformance') },
  TryWorkflow: { conversation: first, input: workflow('Conformance, tried') },
  ActTicketMutation: { input: { ticketId: tickets.nodes[0].id, status: 'IN_PROGRESS', addExternalRefs: [{ system: 'tracker', key: 'SHOP-1' }] } },
};

/** The first result of a subscription. */
async function told(query, variables) {
  const stop = new AbortController();
  const timeout = setTimeout(() => stop.abort(new Error('nothing was told in 20 s')), 20_000);
  const response = await fetch(server.direct, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: stop.signal,
  });
  let text = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const [, data] = text.match(/^event: next\ndata: (.*)\n\n/m) ?? [];
    if (!data) continue;
    clearTimeout(timeout);
    stop.abort();
    const { data: result, errors } = JSON.parse(data);
    assert.equal(errors, undefined, data);
    return result;
  }
  throw new Error(`it ended: ${text}`);
}

let passed = 0;
let failed = 0;
const operations = [...relay(), ...codegen()];
for (const { title, text } of operations) {
  try {
    const { definitions } = parse(text);
    const { operation, name } = definitions.find(({ kind }) => kind === 'OperationDefinition');
    const variables = VARIABLES[name.value];
    assert.ok(variables, 'no variables are given for it');
    const data = await (operation === 'subscription' ? told(text, variables) : ask(server.direct, token, text, variables));
    for (const [field, value] of Object.entries(data)) {
      assert.notEqual(value, null, `${field} is null`);
      assert.deepEqual(value.userErrors ?? [], [], field);
    }
    passed += 1;
    console.log(`ok ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${title}\n  ${error.message}`);
  }
}
// None may get lost on the way here.
const unmet = Object.keys(VARIABLES).filter((name) => !operations.some(({ title }) => title.endsWith(` ${name}`)));
if (unmet.length > 0) {
  failed += 1;
  console.log(`FAILED not found: ${unmet}`);
}
await server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
