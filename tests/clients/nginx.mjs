// Two nodes on PostgreSQL behind nginx with deploy/nginx.conf, as compose.yaml has them.
//
//   SWITCHBOARD_BINARY  the program
//
// PostgreSQL's server programs and nginx must be installed. Queries, what is compressed, streams of both kinds, a node that is drained
// and one that is killed while clients follow. The last line says "N passed, M failed"; exit 1 on any failure.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import WebSocket from 'ws';
import * as sse from './live/graphql-sse.mjs';
import * as ws from './live/graphql-ws.mjs';
import { ask } from './live/server.mjs';

const binary = process.env.SWITCHBOARD_BINARY;
if (!binary) {
  console.error('SWITCHBOARD_BINARY is not set: give the program, for example target/debug/switchboard');
  process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), 'switchboard-nginx-'));
// PostgreSQL's user must get in.
chmodSync(directory, 0o755);
const children = [];

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function start(command, words, options = {}) {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  children.push(child);
  return child;
}

/** Ends a process, and waits until it is gone; answers its status. */
async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  return (await exited)[0];
}

async function postgres() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => b - a) : [];
  const programs = versions.map((version) => `/usr/lib/postgresql/${version}/bin`).find((path) => existsSync(join(path, 'initdb')));
  const program = (name) => (programs ? join(programs, name) : name);
  const folder = join(directory, 'postgres');
  mkdirSync(folder);
  let who = {};
  if (process.getuid() === 0) {
    // It refuses to run as root.
    const id = (flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
    who = { uid: id('-u'), gid: id('-g') };
    chownSync(folder, who.uid, who.gid);
  }
  const data = join(folder, 'data');
  execFileSync(program('initdb'), ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', '-D', data], { ...who, cwd: folder, stdio: 'pipe' });
  const child = start(program('postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'], {
    ...who,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.includes('ready to accept connections')) break;
  }
  child.stderr.resume();
  return `postgres://postgres@localhost/postgres?host=${folder}`;
}

class Node {
  tokens = {};

  constructor(port, database) {
    this.port = port;
    this.database = database;
    this.direct = `http://127.0.0.1:${port}/graphql`;
  }

  async start(...further) {
    this.child = start(binary, ['serve', '--listen', `127.0.0.1:${this.port}`, '--database-url', this.database, ...further], {
      env: { ...process.env, SWITCHBOARD_LOG: 'error', SWITCHBOARD_INBOX_DIR: inboxFolder },
    });
    for await (const line of createInterface({ input: this.child.stdout })) {
      const [, name, token] = line.match(/^(\S+) (swb_\S+)$/) ?? [];
      if (name) this.tokens[name] = token;
      if (line.startsWith('listening on')) {
        this.child.stdout.resume();
        return;
      }
    }
    throw new Error('the node ended before it listened');
  }
}

// A page as a build of the inbox makes it; the nodes start with this folder.
const PAGE = {
  'index.html': '<!doctype html><title>Inbox</title>',
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
  'assets/index-1.js': 'console.log("Inbox");',
  'assets/index-1.css': 'body { margin: 0; }',
};
const inboxFolder = join(directory, 'inbox');
mkdirSync(join(inboxFolder, 'assets'), { recursive: true });
for (const [name, text] of Object.entries(PAGE)) {
  PAGE[name] = text + '\n'.repeat(2_000);
  writeFileSync(join(inboxFolder, name), PAGE[name]);
}

const database = await postgres();
const one = new Node(await freePort(), database);
const two = new Node(await freePort(), database);
await one.start('--demo');
await two.start();
const token = one.tokens.ada;

const port = await freePort();
const url = `http://127.0.0.1:${port}/graphql`;
const access = join(directory, 'access.log');
const conf = readFileSync(fileURLToPath(new URL('../../deploy/nginx.conf', import.meta.url)), 'utf8')
  .replace('node1:8080', `127.0.0.1:${one.port}`)
  .replace('node2:8080', `127.0.0.1:${two.port}`)
  .replace('listen 8080;', `listen 127.0.0.1:${port};`)
  .replace('access_log /dev/stdout;', `log_format node '$upstream_addr $status $request'; access_log ${access} node;`);
writeFileSync(join(directory, 'nginx.conf'), conf);
const nginx = start('nginx', ['-p', directory, '-c', join(directory, 'nginx.conf'), '-g', `daemon off; pid ${directory}/nginx.pid; error_log ${directory}/error.log;`]);
for (let tries = 0; ; tries += 1) {
  const there = await fetch(new URL('/explorer', url)).then(({ ok }) => ok, () => false);
  if (there) break;
  if (tries === 100) throw new Error(`nginx didn't answer: ${readFileSync(join(directory, 'error.log'), 'utf8')}`);
  await wait(100);
}

let passed = 0;
let failed = 0;

async function check(title, happen) {
  try {
    await happen();
    passed += 1;
    console.log(`ok ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${title}\n  ${error.stack ?? error}`);
  }
}

const { inbox } = await ask(url, token, '{ inbox(first: 1) { nodes { id } } }');
const conversation = inbox.nodes[0].id;
const NOTE = 'mutation($input: AddNoteInput!) { addNote(input: $input) { entries { id } userErrors { code } } }';
const CHANGED = `subscription($id: ID!, $after: EventCursor) {
  conversationChanged(conversationId: $id, after: $after) { cursor entry { id } }
}`;

/** Somebody writes a note through `at`; answers the entry's id. */
async function note(at) {
  const { addNote } = await ask(at, token, NOTE, { input: { conversationId: conversation, text: 'Looking into it.' } });
  assert.deepEqual(addNote.userErrors, []);
  return addNote.entries[0].id;
}

/** Follows the conversation through nginx for ever, from its cursor whenever it ends. */
class Follower {
  heard = [];
  ends = [];
  #stopped = false;

  constructor({ name, client }) {
    this.name = name;
    this.client = client;
  }

  async start() {
    this.cursor = (await ask(url, token, '{ eventCursor }')).eventCursor;
    this.running = this.#run();
  }

  async #run() {
    while (!this.#stopped) {
      const live = this.client(url, token);
      this.stream = live.run(CHANGED, { id: conversation, after: this.cursor });
      try {
        for (;;) {
          const { conversationChanged } = await this.stream.next();
          this.heard.push(conversationChanged.entry.id);
          this.cursor = conversationChanged.cursor;
        }
      } catch (error) {
        this.ends.push(error.message);
      }
      this.stream.stop();
      await live.close();
      await wait(200);
    }
  }

  async hears(expected) {
    const deadline = Date.now() + 30_000;
    while (this.heard.length < expected.length && Date.now() < deadline) await wait(50);
    assert.deepEqual(this.heard, expected, `${this.name}, which ended with ${this.ends}`);
  }

  stop() {
    this.#stopped = true;
    this.stream?.stop();
  }
}

await check('queries reach both nodes; metrics and health are shown to nobody', async () => {
  for (let n = 0; n < 10; n += 1) await ask(url, token, '{ viewer { __typename } }');
  const nodes = new Set(readFileSync(access, 'utf8').trim().split('\n').map((line) => line.split(' ')[0]));
  assert.ok(nodes.has(`127.0.0.1:${one.port}`) && nodes.has(`127.0.0.1:${two.port}`), [...nodes].join());
  for (const path of ['/metrics', '/healthz', '/readyz']) {
    assert.equal((await fetch(`http://127.0.0.1:${one.port}${path}`)).status, 200);
    // However it is spelled: nginx compares what it has decoded, and passes on what came.
    for (const spelled of [path, `/${path}`, `${path}?x`, `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`, `${path}/`]) {
      assert.equal((await fetch(`http://127.0.0.1:${port}${spelled}`)).status, 404, spelled);
    }
  }
});

await check('the explorer uses its own origin', async () => {
  const page = await fetch(new URL('/explorer', url));
  assert.equal(page.status, 200);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(url).origin, authorization: `Bearer ${token}` },
    body: '{"query":"{ eventCursor }"}',
  });
  assert.equal(typeof (await response.json()).data.eventCursor, 'string');
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { origin: new URL(url).origin });
  await once(socket, 'open');
  socket.terminate();
});

/** The answer as it went over the line. */
async function raw(path, { body, ...options } = {}) {
  const asked = request({ port, path, agent: false, ...options, headers: { 'accept-encoding': 'gzip, br', ...options.headers } });
  asked.end(body);
  const [response] = await once(asked, 'response');
  return response;
}

const read = async (response) => Buffer.concat(await response.toArray());

async function whole(path, options) {
  const response = await raw(path, options);
  return { statusCode: response.statusCode, headers: response.headers, bytes: await read(response) };
}

await check('the pages and their files come compressed', async () => {
  for (const [name, text] of Object.entries(PAGE)) {
    const { statusCode, headers, bytes } = await whole(`/${name === 'index.html' ? '' : name}`);
    assert.deepEqual([statusCode, headers['content-encoding'], headers.vary], [200, 'gzip', 'Accept-Encoding'], name);
    assert.ok(bytes.length < text.length / 4, name);
    assert.equal(gunzipSync(bytes).toString(), text);
    const plain = await whole(`/${name === 'index.html' ? '' : name}`, { headers: { 'accept-encoding': 'identity' } });
    assert.deepEqual([plain.headers['content-encoding'], plain.bytes.toString()], [undefined, text]);
  }
  const explorer = await whole('/explorer');
  assert.equal(explorer.headers['content-encoding'], 'gzip');
  assert.match(gunzipSync(explorer.bytes).toString(), /<title>Switchboard explorer/);
});

await check('nothing that GraphQL answers is compressed', async () => {
  const post = (accept, query, path = '/graphql') =>
    raw(path, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
  const long = '{ inbox(first: 50) { nodes { id number subject customer { displayName } } } }';
  for (const path of ['/graphql', '//graphql', '/%67raphql', '/graphql?x']) {
    const response = await post('application/graphql-response+json', long, path);
    assert.equal(response.headers['content-encoding'], undefined, path);
    const bytes = await read(response);
    assert.ok(bytes.length > 1_500 || response.statusCode === 404, `${path}: ${bytes}`);
  }
  for (const [type, further = ''] of [['text/event-stream'], ['multipart/mixed', ';subscriptionSpec="1.0"']]) {
    const response = await post(type + further, 'subscription { viewChanged(view: INBOX) { cursor } }');
    assert.deepEqual([response.statusCode, response.headers['content-encoding']], [200, undefined]);
    assert.ok(response.headers['content-type'].startsWith(type), response.headers['content-type']);
    response.destroy();
  }
});

const followers = [ws, sse, ws, sse].map((transport) => new Follower(transport));
const written = [];

await check('streams of both kinds hear at once what happens on either node', async () => {
  for (const follower of followers) await follower.start();
  await wait(500);
  for (const node of [one, two, one, two]) {
    const before = Date.now();
    written.push(await note(node.direct));
    for (const follower of followers) await follower.hears(written);
    assert.ok(Date.now() - before < 3_000, `it took ${Date.now() - before} ms: is it held back?`);
  }
  assert.deepEqual(followers.flatMap(({ ends }) => ends), []);
});

/** Reads and writes through nginx until `done`; answers what was refused. */
async function busy(done) {
  const refused = [];
  while (!done()) {
    await ask(url, token, '{ inbox { totalCount } }').catch((error) => refused.push(error.message));
    written.push(await note(url).catch((error) => (refused.push(error.message), undefined)));
    await wait(20);
  }
  return refused;
}

/** What happened to the conversation since the first note, from the log itself. */
async function happened() {
  const query = `query($id: ID!, $after: String) {
    conversation(id: $id) { timeline(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }
  }`;
  const ids = [];
  for (let after = null, more = true; more; ) {
    const { conversation: found } = await ask(url, token, query, { id: conversation, after });
    ids.push(...found.timeline.nodes.map(({ id }) => id));
    ({ hasNextPage: more, endCursor: after } = found.timeline.pageInfo);
  }
  return ids.slice(ids.indexOf(written[0]));
}

await check('a node is drained while clients work and follow: nothing is refused, nothing missed', async () => {
  let drained = false;
  const working = busy(() => drained);
  await wait(300);
  assert.equal(await end(one.child, 'SIGTERM'), 0);
  await wait(500);
  drained = true;
  assert.deepEqual(await working, []);
  for (const follower of followers) await follower.hears(written);
  const ends = followers.flatMap((follower) => follower.ends);
  assert.ok(ends.length > 0 && ends.every((message) => message === 'it ended: SHUTTING_DOWN'), String(ends));
});

await check('it comes back, and the other is killed: those who follow miss nothing', async () => {
  await one.start();
  // nginx leaves a node that failed alone for five seconds.
  await wait(6_000);
  let over = false;
  const working = busy(() => over);
  await wait(300);
  await end(two.child, 'SIGKILL');
  await wait(1_000);
  over = true;
  // What was on its way to it may be lost, and the client is told so.
  const refused = await working;
  assert.ok(refused.length <= 4, String(refused));
  // Of a note that was refused nobody knows whether it was written: the log does.
  const log = await happened();
  for (const follower of followers) {
    await follower.hears(log);
  }
});

followers.forEach((follower) => follower.stop());
await end(nginx, 'SIGQUIT');
for (const child of children.reverse()) await end(child, child.spawnfile.endsWith('postgres') ? 'SIGINT' : 'SIGKILL');
rmSync(directory, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
