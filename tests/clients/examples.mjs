// Runs the examples of docs/examples/following against the real binary, as their reader would: each keeps a copy of the inbox.
//
//   SWITCHBOARD_BINARY  the program; it is started with --demo on a database that goes away again
//
// Meanwhile conversations come, change and go; connections are cut, the server is started again, and the example is killed. At the
// end its copy must be what a fresh query answers. The last line says "N passed, M failed"; exit 1 on any failure.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Server, ask } from './live/server.mjs';

const binary = process.env.SWITCHBOARD_BINARY;
if (!binary) {
  console.error('SWITCHBOARD_BINARY is not set: give the program, for example target/debug/switchboard');
  process.exit(2);
}

const EXAMPLES = ['graphql-ws.mjs', 'graphql-sse.mjs', 'apollo-client.mjs'];
const directory = mkdtempSync(join(tmpdir(), 'switchboard-examples-'));
const server = new Server(binary);

/** One example as a process, with the file of its copy. */
class Example {
  constructor(name) {
    this.name = name;
    this.file = join(directory, `${name}.json`);
    this.said = '';
  }

  start() {
    const path = fileURLToPath(new URL(`../../docs/examples/following/${this.name}`, import.meta.url));
    const env = { ...process.env, SWITCHBOARD_URL: server.url, SWITCHBOARD_TOKEN: server.tokens.ada, COPY: this.file };
    this.process = spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const output of [this.process.stdout, this.process.stderr]) output.on('data', (text) => (this.said += text));
  }

  async kill() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  copy() {
    const conversations = existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')).conversations : {};
    // Apollo Client asks for types on its own.
    for (const conversation of Object.values(conversations)) delete conversation.__typename;
    return conversations;
  }

  /** Waits until the copy is what a query answers. */
  async settles() {
    const deadline = Date.now() + 40_000;
    for (;;) {
      assert.equal(this.process.exitCode, null, `it gave up:\n${this.said}`);
      const inbox = await fresh();
      try {
        assert.deepEqual(this.copy(), inbox);
        break;
      } catch (error) {
        if (Date.now() > deadline) throw new Error(`the copy isn't the inbox: ${error.message}\n${this.said}`);
        await wait(100);
      }
    }
    assert.equal(this.said.match(/QUERIED/g).length, 1, `it began again instead of going on:\n${this.said}`);
  }
}

async function fresh() {
  const page = 'query($after: String) { inbox(first: 100, after: $after) { nodes { id number subject priority } pageInfo { hasNextPage endCursor } } }';
  const conversations = {};
  for (let after = null, more = true; more; ) {
    const { inbox } = await ask(server.direct, server.tokens.ada, page, { after });
    for (const conversation of inbox.nodes) conversations[conversation.id] = conversation;
    ({ hasNextPage: more, endCursor: after } = inbox.pageInfo);
  }
  return conversations;
}

let written = 0;

/** One conversation comes, one changes, and one goes. */
async function work() {
  const { channels } = await ask(server.direct, server.tokens.gateway, '{ channels { id } }');
  const [changed, gone] = Object.keys(await fresh());
  written += 1;
  await ask(
    server.direct,
    server.tokens.gateway,
    'mutation($input: ReceiveMessageInput!) { receiveMessage(input: $input) { conversation { id } } }',
    { input: { channelId: channels[0].id, customer: { email: `copy-${written}@mail.example` }, subject: `Copy ${written}`, text: 'Hello?', externalId: `<copy-${written}@mail.example>` } },
  );
  const act = 'mutation($changed: ID!, $gone: ID!, $priority: Priority) { setPriority(input: { conversationId: $changed, priority: $priority }) { changed } closeConversation(input: { conversationId: $gone }) { changed } }';
  await ask(server.direct, server.tokens.ada, act, { changed, gone, priority: ['LOW', 'HIGH', 'URGENT'][written % 3] });
}

await server.start('--demo');
const examples = EXAMPLES.map((name) => new Example(name));
let failed = 0;

/** Lets things happen, and looks whether every example keeps up. */
async function round(title, happen) {
  await happen();
  for (const example of examples) {
    try {
      await example.settles();
      console.log(`ok ${example.name}: ${title}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${example.name}: ${title}\n  ${error.message}`);
    }
  }
}

await round('queries the inbox', async () => examples.forEach((example) => example.start()));
await round('hears what comes, changes and goes', work);
await round('goes on after its connection was cut', async () => {
  server.cut();
  await work();
});
await round('goes on after it was killed', async () => {
  await Promise.all(examples.map((example) => example.kill()));
  await work();
  examples.forEach((example) => example.start());
  await work();
});
await round('goes on after the server was started again', async () => {
  assert.equal(await server.terminate(), 0);
  await server.start();
  await work();
});

await Promise.all(examples.map((example) => example.kill()));
await server.close();
rmSync(directory, { recursive: true, force: true });
const rounds = 5 * examples.length;
console.log(`${rounds - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
