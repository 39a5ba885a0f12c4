// Runs the published clients for subscriptions against the real binary: npm's graphql-ws, graphql-sse and @apollo/client.
//
//   SWITCHBOARD_BINARY  the program; it is started with --demo on a database that goes away again
//
// Each client runs a query, subscriptions that hear what is changed meanwhile, errors, and goes on after a cut connection and
// after a restart. The last line says "N passed, M failed"; exit 1 on any failure.
import assert from 'node:assert/strict';
import * as apollo from './live/apollo-client.mjs';
import * as sse from './live/graphql-sse.mjs';
import * as ws from './live/graphql-ws.mjs';
import { Server, ask } from './live/server.mjs';

const binary = process.env.SWITCHBOARD_BINARY;
if (!binary) {
  console.error('SWITCHBOARD_BINARY is not set: give the program, for example target/debug/switchboard');
  process.exit(2);
}

const CHANGED = `subscription Changed($id: ID!, $after: EventCursor) {
  conversationChanged(conversationId: $id, after: $after) { cursor conversation { id version } entry { id kind version } }
}`;
const UNKNOWN = 'conversation_01h455vb4pex5vsknk084sn02q';

const server = new Server(binary);
let passed = 0;
let failed = 0;

/** Runs one check with a conversation of its own. */
async function check(title, run) {
  let timer;
  try {
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error('not done after 60 s')), 60_000)));
    await Promise.race([run(await Desk.open()), late]);
    passed += 1;
    console.log(`ok ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${title}\n  ${error.stack ?? error}`);
  } finally {
    clearTimeout(timer);
  }
}

/** A conversation, and somebody who works on it over plain HTTP. */
class Desk {
  static #opened = 0;

  static async open() {
    const token = server.tokens.gateway;
    const { channels } = await ask(server.direct, token, '{ channels { id kind } }');
    const n = (Desk.#opened += 1);
    const { receiveMessage } = await ask(
      server.direct,
      token,
      'mutation($input: ReceiveMessageInput!) { receiveMessage(input: $input) { conversation { id } userErrors { code } } }',
      { input: { channelId: channels[0].id, customer: { email: `live-${n}@mail.example` }, text: 'Hello?', externalId: `<live-${n}@mail.example>` } },
    );
    assert.deepEqual(receiveMessage.userErrors, []);
    const desk = new Desk();
    desk.id = receiveMessage.conversation.id;
    return desk;
  }

  ada = server.tokens.ada;

  async cursor() {
    return (await ask(server.direct, this.ada, '{ eventCursor }')).eventCursor;
  }

  /** Changes the conversation; answers the entry's id. */
  async change() {
    const { addNote } = await ask(
      server.direct,
      this.ada,
      'mutation($input: AddNoteInput!) { addNote(input: $input) { entries { id } userErrors { code } } }',
      { input: { conversationId: this.id, text: 'Looking into it.' } },
    );
    assert.deepEqual(addNote.userErrors, []);
    return addNote.entries[0].id;
  }
}

/** The ids of the next entries, and the cursor of the last. */
async function heard(stream, count) {
  const ids = [];
  let cursor;
  while (ids.length < count) {
    const { conversationChanged } = await stream.next();
    ids.push(conversationChanged.entry.id);
    cursor = conversationChanged.cursor;
  }
  return { ids, cursor };
}

async function changes(desk, count) {
  const ids = [];
  while (ids.length < count) ids.push(await desk.change());
  return ids;
}

async function all({ name, client }) {
  const connected = (desk) => client(server.url, desk.ada);

  await check(`${name}: a subscription hears what a mutation changes meanwhile`, async (desk) => {
    const live = connected(desk);
    const stream = live.run(CHANGED, { id: desk.id, after: await desk.cursor() });
    const made = await changes(desk, 3);
    assert.deepEqual((await heard(stream, 3)).ids, made);
    stream.stop();
    await live.close();
  });

  await check(`${name}: an unknown conversation is NOT_FOUND`, async (desk) => {
    const live = connected(desk);
    assert.equal((await live.run(CHANGED, { id: UNKNOWN }).ended()).code, 'NOT_FOUND');
    await live.close();
  });

  await check(`${name}: a wrong document is GRAPHQL_VALIDATION_FAILED`, async (desk) => {
    const live = connected(desk);
    assert.equal((await live.run('subscription { nothing }').ended()).code, 'GRAPHQL_VALIDATION_FAILED');
    await live.close();
  });

  await check(`${name}: a cursor of nowhere is BAD_REQUEST`, async (desk) => {
    const live = connected(desk);
    assert.equal((await live.run(CHANGED, { id: desk.id, after: 'nowhere' }).ended()).code, 'BAD_REQUEST');
    await live.close();
  });

  await check(`${name}: a bad token is UNAUTHENTICATED`, async (desk) => {
    const live = client(server.url, 'swb_nobody');
    assert.equal((await live.run(CHANGED, { id: desk.id }).ended()).code, 'UNAUTHENTICATED');
    await live.close();
  });

  await check(`${name}: after a cut connection nothing is missing and nothing comes twice`, async (desk) => {
    const live = connected(desk);
    const first = live.run(CHANGED, { id: desk.id, after: await desk.cursor() });
    const made = await changes(desk, 2);
    const before = await heard(first, 2);
    assert.deepEqual(before.ids, made);
    server.cut();
    assert.equal((await first.ended()).code, undefined);
    const missed = await changes(desk, 5);
    const again = connected(desk);
    const second = again.run(CHANGED, { id: desk.id, after: before.cursor });
    assert.deepEqual((await heard(second, 5)).ids, missed);
    const live2 = await changes(desk, 2);
    assert.deepEqual((await heard(second, 2)).ids, live2);
    assert.ok(second.quiet);
    second.stop();
    await Promise.all([live.close(), again.close()]);
  });

  await check(`${name}: a restart ends it with SHUTTING_DOWN and a cursor, from which the next server goes on`, async (desk) => {
    const live = connected(desk);
    const first = live.run(CHANGED, { id: desk.id, after: await desk.cursor() });
    const made = await changes(desk, 3);
    assert.deepEqual((await heard(first, 3)).ids, made);
    const [ended, status] = await Promise.all([first.ended(), server.terminate()]);
    assert.deepEqual([ended.code, status], ['SHUTTING_DOWN', 0]);
    assert.equal(typeof ended.cursor, 'string');
    await server.start();
    const missed = await changes(desk, 3);
    const again = connected(desk);
    const second = again.run(CHANGED, { id: desk.id, after: ended.cursor });
    assert.deepEqual((await heard(second, 3)).ids, missed);
    second.stop();
    await Promise.all([live.close(), again.close()]);
  });
}

await server.start('--demo');
await server.rest();

for (const { name, client } of [sse, apollo]) {
  await check(`${name}: a query and a mutation are answered once`, async (desk) => {
    const live = client(server.url, desk.ada);
    const query = live.run('query($id: ID!) { conversation(id: $id) { id } }', { id: desk.id });
    assert.equal((await query.next()).conversation.id, desk.id);
    assert.deepEqual((await query.ended()).errors, []);
    const mutation = live.run('mutation($id: ID!) { closeConversation(input: { conversationId: $id }) { changed } }', { id: desk.id });
    assert.equal((await mutation.next()).closeConversation.changed, true);
    assert.deepEqual((await mutation.ended()).errors, []);
    await live.close();
  });
}

await check('graphql-ws: a query over the socket is BAD_REQUEST, and the next subscription is served', async (desk) => {
  const live = ws.client(server.url, desk.ada);
  const stream = live.run(CHANGED, { id: desk.id });
  assert.equal((await live.run('{ eventCursor }').ended()).code, 'BAD_REQUEST');
  const made = await desk.change();
  assert.deepEqual((await heard(stream, 1)).ids, [made]);
  stream.stop();
  await live.close();
});

await check('graphql-sse: its own retries go on with Last-Event-ID, which wins over after', async (desk) => {
  const start = await desk.cursor();
  let last;
  const live = sse.client(server.url, desk.ada, { lastEventId: () => last ?? '', retryAttempts: 50 });
  const stream = live.run(CHANGED, { id: desk.id, after: start });
  for (let round = 0; round < 3; round += 1) {
    const made = await changes(desk, 2);
    const got = await heard(stream, 2);
    assert.deepEqual(got.ids, made);
    last = got.cursor;
    server.cut();
  }
  stream.stop();
  live.close();
});

await check('graphql-sse: a malformed Last-Event-ID is BAD_REQUEST', async (desk) => {
  const live = sse.client(server.url, desk.ada, { lastEventId: () => 'nowhere' });
  assert.equal((await live.run(CHANGED, { id: desk.id }).ended()).code, 'BAD_REQUEST');
  live.close();
});

for (const transport of [ws, sse, apollo]) await all(transport);

await server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
