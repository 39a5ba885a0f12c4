// Runs examples/ticket-sync against the real binary, as an integrator would: tickets and issues of a pretend tracker stay the same.
//
//   SWITCHBOARD_BINARY  the program; it is started with --demo on a database that goes away again
//
// Both sides change; connections are cut, the example is killed, the server is started again and at last restored from a backup.
// The last line says "N passed, M failed"; exit 1 on any failure.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as onward } from 'node:http';
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

const SCOPES = ['TICKETS_READ', 'TICKETS_WRITE', 'CONVERSATIONS_READ'];
const program = fileURLToPath(new URL('../../examples/ticket-sync/ticket_sync.py', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'switchboard-ticket-sync-'));
const trackerFile = join(directory, 'tracker.json');
const server = new Server(binary);
const ada = (query, variables) => ask(server.direct, server.tokens.ada, query, variables);

async function token(name, scopes) {
  const { createApiToken } = await ada(
    'mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret userErrors { code } } }',
    { input: { name: 'ticket-sync', owner: { newIntegrationName: name }, scopes } },
  );
  assert.deepEqual(createApiToken.userErrors, []);
  return createApiToken.secret;
}

const environment = (secret, further) => ({
  ...process.env,
  SWITCHBOARD_URL: server.url,
  SWITCHBOARD_TOKEN: secret,
  SYNC_STATE: join(directory, 'ticket-sync.db'),
  TRACKER_FILE: trackerFile,
  TRACKER_URL: 'https://tracker.example.org/browse/{key}',
  ...further,
});

/** Runs one command of the example to its end. */
function run(secret, words, further = {}) {
  return new Promise((resolve) => {
    execFile('python3', [program, ...words], { env: environment(secret, further), timeout: 30_000 }, (error, out, err) =>
      resolve({ status: error ? error.code : 0, out, err }));
  });
}

let secret;

/** `sync` as a process that can be killed. */
class Sync {
  said = '';

  start() {
    this.process = spawn('python3', [program, 'sync', '--every', '0.1', '--open-issues'], {
      env: environment(secret),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const output of [this.process.stdout, this.process.stderr]) output.on('data', (text) => (this.said += text));
  }

  async kill() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }
}

const sync = new Sync();
const tracker = () => (existsSync(trackerFile) ? JSON.parse(readFileSync(trackerFile, 'utf8')) : {});

/** Somebody works in the tracker. */
async function issue(...words) {
  const { status, err } = await run(secret, ['issue', ...words]);
  assert.equal(status, 0, err);
}

const ticket = async (id) =>
  (await ada('query($id: ID!) { ticket(id: $id) { id number status externalRefs { system key url } } }', { id })).ticket;

async function update(id, changes) {
  const { updateTicket } = await ada('mutation($input: UpdateTicketInput!) { updateTicket(input: $input) { changed userErrors { code } } }', {
    input: { ticketId: id, ...changes },
  });
  assert.deepEqual(updateTicket.userErrors, []);
}

async function create(input) {
  const { createTicket } = await ada('mutation($input: CreateTicketInput!) { createTicket(input: $input) { ticket { id } userErrors { code } } }', { input });
  assert.deepEqual(createTicket.userErrors, []);
  return createTicket.ticket.id;
}

/** Waits until what `look` answers is `expected`. */
async function becomes(expected, look) {
  const deadline = Date.now() + 40_000;
  for (;;) {
    assert.ok(sync.process.exitCode === null, `it gave up:\n${sync.said}`);
    const seen = await look();
    try {
      return assert.deepEqual(seen, expected);
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${error.message}\n${sync.said}`);
      await wait(50);
    }
  }
}

const STATUS = { todo: 'OPEN', doing: 'IN_PROGRESS', done: 'RESOLVED' };
const keys = ({ externalRefs }) => externalRefs.filter(({ system }) => system === 'tracker').map(({ key }) => key);

/** Waits until a ticket and an issue name each other and have the same status. */
const same = (id, key, status) =>
  becomes([status, [key], status, id], async () => {
    const now = await ticket(id);
    const { [key]: theirs } = tracker();
    return [now.status, keys(now), STATUS[theirs?.status], theirs?.ticket];
  });

/** Every change that Ada made to a ticket's status, from the log, as the tracker is told of it. */
async function told(id) {
  const query = `query($after: EventCursor) { ticketChanges(after: $after, first: 100) {
    nodes { cursor fromStatus toStatus actor { __typename displayName } ticket { id } } endCursor hasMore } }`;
  const lines = [];
  for (let after = null, more = true; more; ) {
    const { ticketChanges } = await ada(query, { after });
    for (const { cursor, fromStatus, toStatus, actor, ticket: { id: of } } of ticketChanges.nodes) {
      if (of === id && toStatus && actor.__typename === 'Agent') lines.push({ id: cursor, text: `${actor.displayName}: ${fromStatus ?? 'new'} → ${toStatus}` });
    }
    ({ endCursor: after, hasMore: more } = ticketChanges);
  }
  return lines;
}

/** Waits until the tracker was told of each change of a ticket's status once and in order. */
const toldOnce = (id, key) =>
  becomes(true, async () => {
    const comments = (tracker()[key]?.comments ?? []).filter(({ text }) => text.includes('→'));
    const changes = await told(id);
    assert.ok(comments.length <= changes.length, `told twice: ${JSON.stringify(comments)}`);
    assert.deepEqual(comments, changes.slice(0, comments.length));
    return comments.length === changes.length;
  });

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

await server.start('--demo');
secret = await token('ticket-sync', SCOPES);

for (const scope of SCOPES) {
  await check(`without ${scope} it says so and stops`, async () => {
    const less = await token(`without ${scope}`, SCOPES.filter((other) => other !== scope));
    const { status, err } = await run(less, ['sync'], { SYNC_STATE: join(directory, 'less.db') });
    assert.deepEqual([status, err.includes(`FORBIDDEN: the token lacks ${scope};`)], [1, true], err);
  });
}

await check('a ticket is found by its reference, with the conversations that are linked', async () => {
  const reads = await token('reads', ['TICKETS_READ', 'CONVERSATIONS_READ']);
  const { status, out, err } = await run(reads, ['find', 'alder-and-pine/shop#212'], { SYNC_SYSTEM: 'github' });
  assert.equal(status, 0, err);
  const { ticket: found } = await ada(
    'query($ref: ExternalRefKeyInput!) { ticket(externalRef: $ref) { number conversations(first: 100) { nodes { number } } } }',
    { ref: { system: 'github', key: 'alder-and-pine/shop#212' } },
  );
  const [first, ...lines] = out.trimEnd().split('\n');
  assert.ok(first.startsWith(`alder-and-pine/shop#212 is #${found.number} `), out);
  assert.deepEqual(lines.map((line) => Number(line.match(/^ {2}conversation #(\d+) /)[1])), found.conversations.nodes.map(({ number }) => number));
  assert.equal((await run(reads, ['find', 'nothing'])).status, 1);
});

await check('an address that is not the endpoint is told with what it answered, at once', async () => {
  const gone = createServer((_, response) => response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Not Found"}')).listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const base = server.direct.replace('/graphql', '');
  for (const [url, said] of [
    [base, `WRONG_ADDRESS: ${base} answered 405 Method Not Allowed, and no GraphQL; please set SWITCHBOARD_URL`],
    [`${base}/graphq`, `${base}/graphq answered 404 Not Found`],
    [`http://127.0.0.1:${gone.address().port}/graphql`, `/graphql answered 404 Not Found`],
    [base.replace('http://', ''), 'SWITCHBOARD_URL must begin with http://'],
  ]) {
    const { status, err } = await run(secret, ['sync'], { SWITCHBOARD_URL: url, SYNC_STATE: join(directory, 'wrong.db') });
    assert.deepEqual([status, err.trimEnd().split('\n').length, err.includes(said)], [1, 1, true], err);
  }
  gone.close();
});

await check("a proxy's page is waited out", async () => {
  let pages = 2;
  const proxy = createServer((request, response) => {
    if (pages > 0) {
      pages -= 1;
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
      return;
    }
    request.pipe(onward(server.direct, { method: 'POST', headers: request.headers }, (answer) => answer.pipe(response.writeHead(answer.statusCode, answer.headers))));
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = `http://127.0.0.1:${proxy.address().port}/graphql`;
  const { status, err } = await run(secret, ['find', 'alder-and-pine/shop#212'], { SWITCHBOARD_URL: url, SYNC_SYSTEM: 'github' });
  assert.deepEqual([status, pages], [0, 0], err);
  pages = Infinity;
  const refused = await run(secret, ['find'], { SWITCHBOARD_URL: url });
  assert.deepEqual([refused.status, refused.err.trim()], [1, `OVERLOADED: ${url} answered 502 Bad Gateway, and no GraphQL`]);
  proxy.closeAllConnections();
  proxy.close();
});

let first;
await check('an issue that names a ticket becomes its reference, and gives it its status', async () => {
  first = await create({ title: 'The seam of the Fir 2 leaks' });
  sync.start();
  await becomes(true, () => sync.said.includes('following'));
  await issue('SHOP-7', '--title', 'Leaking seam', '--status', 'doing', '--ticket', first);
  await same(first, 'SHOP-7', 'IN_PROGRESS');
  assert.equal((await ticket(first)).externalRefs[0].url, 'https://tracker.example.org/browse/SHOP-7');
});

await check('a ticket that changes changes its issue', async () => {
  await update(first, { status: 'RESOLVED' });
  await same(first, 'SHOP-7', 'RESOLVED');
  await toldOnce(first, 'SHOP-7');
});

await check('an issue that changes changes its ticket', async () => {
  await issue('SHOP-7', '--status', 'todo');
  await same(first, 'SHOP-7', 'OPEN');
});

let second;
let opened;
await check('a new ticket gets an issue, which is told of the conversations that are linked', async () => {
  const { inbox } = await ada('{ inbox(first: 1) { nodes { id number } } }');
  second = await create({ title: 'Zips', conversationId: inbox.nodes[0].id });
  await becomes(1, async () => keys(await ticket(second)).length);
  [opened] = keys(await ticket(second));
  await same(second, opened, 'OPEN');
  await becomes(1, () => tracker()[opened].comments.filter(({ text }) => text.includes(`linked conversation #${inbox.nodes[0].number} `)).length);
  assert.equal(Object.values(tracker()).filter((theirs) => theirs.ticket === second).length, 1);
});

await check('a reference that is added or removed links or unlinks the issue, and the other way round', async () => {
  await issue('SHOP-90', '--title', 'Made by hand');
  const third = await create({ title: 'Known there', externalRefs: [{ system: 'tracker', key: 'SHOP-90' }] });
  await same(third, 'SHOP-90', 'OPEN');
  await update(third, { removeExternalRefs: [{ system: 'tracker', key: 'SHOP-90' }] });
  await becomes(null, () => tracker()['SHOP-90'].ticket);
  await issue('SHOP-90', '--ticket', third);
  await same(third, 'SHOP-90', 'OPEN');
  await issue('SHOP-90', '--unlink');
  await becomes([], async () => keys(await ticket(third)));
  await issue('SHOP-90', '--ticket', third);
  await same(third, 'SHOP-90', 'OPEN');
  await issue('SHOP-90', '--delete');
  await becomes([], async () => keys(await ticket(third)));
});

const turns = ['IN_PROGRESS', 'RESOLVED', 'OPEN'];
let turn = 0;

/** Ada moves the first ticket `count` times; somebody moves the second's issue each time. */
async function work(count) {
  for (let n = 0; n < count; n += 1) {
    await update(first, { status: turns[turn % 3] });
    await issue(opened, '--status', ['doing', 'done', 'todo'][turn % 3]);
    turn += 1;
  }
}

async function settled() {
  await same(first, 'SHOP-7', turns[(turn - 1) % 3]);
  await same(second, opened, turns[(turn - 1) % 3]);
  await toldOnce(first, 'SHOP-7');
}

await check('a connection that is cut loses nothing', async () => {
  const working = work(6);
  for (let n = 0; n < 4; n += 1) {
    await wait(150);
    server.cut();
  }
  await working;
  await settled();
});

await check('killed again and again in the middle, it misses nothing and doubles nothing', async () => {
  const created = [];
  const working = (async () => {
    for (let n = 0; n < 5; n += 1) {
      await work(4);
      created.push(await create({ title: `Made meanwhile ${n}` }));
    }
  })();
  for (let n = 0; n < 12; n += 1) {
    // At other places each time: while it starts, catches up, and follows.
    await wait(200 + 60 * (n % 7));
    await sync.kill();
    sync.start();
  }
  await working;
  await settled();
  for (const id of created) {
    await becomes(1, async () => keys(await ticket(id)).length);
    assert.equal(Object.values(tracker()).filter((theirs) => theirs.ticket === id).length, 1);
  }
});

await check('it goes on after both were down, one after the other', async () => {
  await sync.kill();
  await work(2);
  assert.equal(await server.terminate(), 0);
  sync.start();
  await wait(300);
  await server.start();
  await settled();
});

await check('after a restore both are the same again, as the tracker has it, and it goes on', async () => {
  const backup = join(directory, 'backup.db');
  server.command('backup', backup);
  const kept = await ticket(first);
  await update(first, { status: kept.status === 'RESOLVED' ? 'OPEN' : 'RESOLVED' });
  const newest = (await ticket(first)).status;
  await same(first, 'SHOP-7', newest);
  await issue('SHOP-91', '--title', 'Linked after the backup', '--ticket', second, '--status', tracker()[opened].status);
  await becomes(2, async () => keys(await ticket(second)).length);
  assert.equal(await server.terminate(), 0);
  server.command('restore', backup, '--force');
  await server.start();
  await same(first, 'SHOP-7', newest);
  await becomes([opened, 'SHOP-91'].sort(), async () => keys(await ticket(second)).sort());
  assert.match(sync.said, /EPOCH_CHANGED/);
  await update(first, { status: 'IN_PROGRESS' });
  await same(first, 'SHOP-7', 'IN_PROGRESS');
});

await check('a token that is revoked ends it, with the reason', async () => {
  const { apiTokens } = await ada('{ apiTokens { id prefix } }');
  const { id } = apiTokens.find(({ prefix }) => secret.startsWith(prefix));
  await ada('mutation($id: ID!) { revokeApiToken(input: { apiTokenId: $id }) { userErrors { code } } }', { id });
  const [status] = sync.process.exitCode === null ? await once(sync.process, 'exit') : [sync.process.exitCode];
  assert.deepEqual([status, sync.said.trimEnd().split('\n').at(-1).startsWith('UNAUTHENTICATED')], [1, true], sync.said);
});

await sync.kill();
await server.close();
rmSync(directory, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
