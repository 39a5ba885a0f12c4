// Opens the explorer in a real browser, as somebody would who has never seen it, against the real binary.
//
//   SWITCHBOARD_BINARY  the program; it is started with --demo on a database that goes away again
//   CHROMIUM            the browser (default /usr/bin/chromium)
//   SCREENSHOTS         a folder for pictures of what was seen; none without it
//
// The files must be installed: npm ci in explorer/. The last line says "N passed, M failed"; exit 1 on any failure.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { Server, ask } from './live/server.mjs';

const binary = process.env.SWITCHBOARD_BINARY;
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const explorer = fileURLToPath(new URL('../../explorer/', import.meta.url));
if (!binary) {
  console.error('SWITCHBOARD_BINARY is not set: give the program, for example target/debug/switchboard');
  process.exit(2);
}
for (const [path, how] of [[executablePath, 'install chromium, or set CHROMIUM'], [join(explorer, 'node_modules'), 'run npm ci in explorer/']]) {
  if (existsSync(path)) continue;
  console.error(`${path} is not there: ${how}`);
  process.exit(2);
}

const read = (name) => readFileSync(join(explorer, 'samples', name), 'utf8');
const sample = (name) => ({ name, title: read(name).match(/^(?:query|mutation|subscription)\s+(\w+)/m)[1] });
/** A folder is a story, and its files are the tabs; the numbers are the order. */
const stories = readdirSync(join(explorer, 'samples'))
  .filter((folder) => /^\d-/.test(folder))
  .sort()
  .map((folder) => {
    const files = readdirSync(join(explorer, 'samples', folder)).filter((file) => file.endsWith('.graphql')).sort();
    return { slug: folder.slice(2), samples: files.map((file) => sample(`${folder}/${file}`)) };
  });
const heading = (slug) => slug[0].toUpperCase() + slug.slice(1).replace('-', ' ');
const titlesOf = ({ samples }) => samples.map(({ title }) => title);
const storyOf = (title) => stories.find((story) => titlesOf(story).includes(title));

process.env.SWITCHBOARD_EXPLORER_DIR = explorer;
const server = new Server(binary);
await server.start('--demo');
const origin = new URL(server.url).origin;
const ada = (query, variables) => ask(server.direct, server.tokens.ada, query, variables);

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const asked = [];
const complaints = [];

/** A window of its own: what it asks for and complains of is noted. Nothing outside is reached. */
async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(15_000);
  context.on('request', (request) => asked.push(request.url()));
  context.on('page', (page) => page.on('websocket', (socket) => asked.push(socket.url().replace(/^ws/, 'http'))));
  context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  context.on('weberror', (error) => complaints.push(String(error.error())));
  await context.route((url) => url.origin !== origin && url.protocol !== 'data:', (route) => route.abort());
  return context;
}

/** The explorer in one tab of a browser. */
class Explorer {
  constructor(page) {
    this.page = page;
  }

  static async in(context) {
    const page = await context.newPage();
    await page.goto(`${origin}/explorer`);
    return new Explorer(page).ready();
  }

  async ready() {
    await this.page.locator('.graphiql-container').waitFor();
    await this.says(/token|UNAUTHENTICATED/);
    return this;
  }

  async use(token) {
    await this.page.getByLabel('API token').fill(token);
    // The page is loaded anew.
    await Promise.all([this.page.waitForEvent('load'), this.page.getByRole('button', { name: 'Use token' }).click()]);
    return this.ready();
  }

  status() {
    return this.page.getByRole('status').innerText();
  }

  says(expected) {
    return until(`the status says ${expected}`, async () => {
      const status = await this.page.locator('#status').innerText();
      return expected.test(status) || status;
    });
  }

  tabs() {
    return this.page.getByRole('tab').allInnerTexts();
  }

  // The name ends with its icon's.
  tab(title) {
    return this.page.getByRole('tab', { name: new RegExp(`^${title}\\b`) });
  }

  /** The page is loaded anew. */
  async tell({ slug }) {
    await Promise.all([this.page.waitForEvent('load'), this.page.getByRole('link', { name: heading(slug), exact: true }).click()]);
    return this.ready();
  }

  async go(title) {
    if ((await this.tab(title).count()) === 0) await this.tell(storyOf(title));
    await this.tab(title).click();
    // GraphiQL looks a moment later for what the operation is called, and nobody's hand is faster.
    await wait(300);
  }

  play() {
    return this.page.locator('.graphiql-execute-button').click();
  }

  /** The whole text of an editor; the page itself shows only the lines in sight. */
  text(editor) {
    return this.page.evaluate((selector) => document.querySelector(`${selector} .CodeMirror`).CodeMirror.getValue(), editor);
  }

  variables() {
    return this.text('.graphiql-editor-tool');
  }

  async write(query) {
    await this.page.locator('.graphiql-query-editor .CodeMirror').first().click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(query);
  }

  /** Waits for a result that fits. */
  shows(fits) {
    return until('the result fits', async () => {
      const text = await this.text('.result-window');
      try {
        const result = JSON.parse(text);
        return (fits(result) && result) || text;
      } catch {
        return text;
      }
    });
  }

  async picture(name) {
    if (!process.env.SCREENSHOTS) return;
    mkdirSync(process.env.SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) });
  }
}

/** Waits until `look` answers true or an object; what it answers instead is said when it is too late. */
async function until(what, look) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const seen = await look();
    if (seen === true || typeof seen === 'object') return seen;
    if (Date.now() > deadline) throw new Error(`not in 20 s: ${what}; last: ${seen}`);
    await wait(50);
  }
}

let passed = 0;
let failed = 0;
let current;

async function check(title, happen) {
  try {
    await happen();
    passed += 1;
    console.log(`ok ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${title}\n  ${error.stack ?? error}`);
    await current?.picture(`failed-${failed}`);
  }
}

const window = await open();

await check('the page comes from the server alone, and asks for a token', async () => {
  current = await Explorer.in(window);
  await current.says(/^Paste an API token: switchboard serve --demo prints three/);
  assert.equal(await current.page.evaluate(() => document.activeElement.id), 'token');
  for (const file of ['graphiql.min.css', 'react.production.min.js', 'react-dom.production.min.js', 'graphiql.min.js']) {
    assert.ok(asked.includes(`${origin}/explorer/assets/${file}`), `${file} was not asked for: ${asked}`);
  }
  await current.picture('1-no-token');
});

await check('without a token, or with a wrong one, it is told so', async () => {
  await current.play();
  await current.shows(({ errors }) => errors?.[0].extensions.code === 'UNAUTHENTICATED');
  await current.use('swb_nobody');
  await current.says(/^UNAUTHENTICATED: this token is wrong, expired or revoked\. serve --demo prints new ones at each start/);
  const chosen = await current.page.evaluate(() => [document.activeElement.id, document.activeElement.selectionEnd]);
  assert.deepEqual(chosen, ['token', 'swb_nobody'.length], 'the next paste takes its place');
  assert.equal(await current.page.locator('#status').getAttribute('class'), 'bad');
  await current.picture('2-wrong-token');
});

await check('a token is kept in this tab only', async () => {
  await current.use(`Bearer ${server.tokens.ada}`);
  await current.says(/^The token works/);
  await current.page.reload();
  await current.ready();
  await current.says(/^The token works/);
  const other = await Explorer.in(window);
  await other.says(/^Paste an API token/);
  await other.page.close();
  const kept = await current.page.evaluate(() => [JSON.stringify(localStorage), document.cookie].join());
  assert.ok(!kept.includes('swb_'), kept);
});

await check('each story is in sight, each of its samples is a tab, and its variables are filled in', async () => {
  const links = current.page.getByRole('navigation', { name: 'Stories' }).getByRole('link');
  assert.deepEqual(await links.allInnerTexts(), stories.map(({ slug }) => heading(slug)));
  for (const story of stories) {
    await current.tell(story);
    assert.equal(await current.page.locator('#stories [aria-current=page]').innerText(), heading(story.slug));
    assert.deepEqual(await current.tabs(), titlesOf(story));
    for (const { name, title } of story.samples) {
      await current.go(title);
      assert.equal(await current.text('.graphiql-query-editor'), read(name));
      const left = (await current.variables()).match(/\{\{.*?\}\}/);
      assert.equal(left, null, `${title}: nothing for ${left}`);
    }
  }
});

await check('a story is reached by keys', async () => {
  await current.page.getByRole('link', { name: 'Second window' }).focus();
  for (const { slug } of stories) {
    await current.page.keyboard.press('Tab');
    assert.equal(await current.page.evaluate(() => document.activeElement.textContent), heading(slug));
  }
  await current.page.getByRole('link', { name: 'Inbox' }).focus();
  await Promise.all([current.page.waitForEvent('load'), current.page.keyboard.press('Enter')]);
  await current.ready();
  assert.deepEqual(await current.tabs(), titlesOf(stories[0]));
});

await check('a query shows its result', async () => {
  await current.go('Inbox');
  await current.play();
  const { data } = await current.shows((result) => result.data?.inbox);
  const { inbox } = await ada('{ inbox { totalCount } }');
  assert.equal(data.inbox.totalCount, inbox.totalCount);
  await current.picture('3-query');
});

await check('a mutation changes something', async () => {
  await current.go('Snooze');
  const { input } = JSON.parse(await current.variables());
  await current.play();
  await current.shows(({ data }) => data?.snoozeConversation.userErrors.length === 0);
  const { conversation } = await ada('query($id: ID!) { conversation(id: $id) { state } }', { id: input.conversationId });
  assert.equal(conversation.state, 'SNOOZED');
  await current.picture('4-mutation');
});

await check('an admin sets up a team', async () => {
  await current.go('SetUpTeam');
  await current.play();
  const { data } = await current.shows((result) => result.data?.createChannel);
  for (const part of Object.values(data)) assert.deepEqual(part.userErrors, []);
  await current.picture('5-admin');
});

await check('what is wrong is told with its code', async () => {
  await current.page.getByRole('button', { name: 'New tab' }).click();
  await current.write('{ nothing }');
  await current.play();
  await current.shows(({ errors }) => errors?.[0].extensions.code === 'GRAPHQL_VALIDATION_FAILED' && errors[0].message.includes('nothing'));
  await current.write('{ inbox(first: 1000) { totalCount } }');
  await current.play();
  await current.shows(({ errors }) => errors?.[0].extensions.code === 'BAD_REQUEST');
  await current.picture('6-error');
});

/** Somebody else moves the inbox; answers its number. */
async function act() {
  const { inbox } = await ada('{ inbox(first: 1) { nodes { id number priority } } }');
  const [{ id, number, priority }] = inbox.nodes;
  await ada('mutation($input: SetConversationPriorityInput!) { setPriority(input: $input) { changed } }', {
    input: { conversationId: id, priority: priority === 'URGENT' ? 'LOW' : 'URGENT' },
  });
  return number;
}

await check('a subscription shows over a WebSocket what somebody else changes', async () => {
  await current.go('FollowTheInbox');
  const connected = current.page.waitForEvent('websocket');
  await current.play();
  const socket = await connected;
  assert.equal(socket.url(), `${origin.replace('http', 'ws')}/graphql`);
  await current.says(/^Following live: act in a second window/);
  await current.picture('7-following');
  for (const told of ['1', '2']) {
    // It begins when the server has read it, which nobody is told of.
    const number = told === '1' ? await until('something is told', async () => {
      const moved = await act();
      await wait(300);
      return (await current.text('.result-window')).includes('viewChanged') ? { moved } : 'nothing';
    }).then(({ moved }) => moved) : await act();
    await current.shows(({ data }) => data?.viewChanged.conversation.number === number);
  }
  await current.says(/^Following live: told (once|\d+ times)/);
  await current.picture('8-told');
  const closed = socket.waitForEvent('close');
  await current.play();
  await closed;
  await current.says(/^No longer following/);
});

await check('a second window has the token, and acts while the first follows', async () => {
  await current.play();
  await current.says(/^Following live/);
  const [page] = await Promise.all([window.waitForEvent('page'), current.page.getByRole('link', { name: 'Second window' }).click()]);
  const second = await new Explorer(page).ready();
  await second.says(/^The token works/);
  assert.deepEqual(await second.tabs(), titlesOf(storyOf('ReceiveMessage')));
  await second.go('ReceiveMessage');
  await second.play();
  await second.shows(({ data }) => data?.receiveMessage.conversation);
  await current.says(/^Following live: told/);
  await page.close();
});

await check('the first sample of each story has its variables, and works at the first press', async () => {
  for (const story of stories.filter(({ slug }) => slug !== 'follow-live')) {
    const fresh = await open();
    const page = await fresh.newPage();
    // A page of the same origin that isn't the explorer.
    await page.goto(`${origin}/healthz`);
    await page.evaluate((token) => sessionStorage.setItem('switchboard:token', token), server.tokens.ada);
    await page.goto(`${origin}/explorer?story=${story.slug}`);
    const it = await new Explorer(page).ready();
    await it.says(/you are ada/);
    await it.play();
    await it.shows(({ data, errors }) => data && !errors);
    await fresh.close();
  }
});

await check('a connection that breaks is told of, and play follows again', async () => {
  server.cut();
  await current.says(/^The connection was closed/);
  await current.shows(({ errors }) => errors?.[0].message.startsWith('The connection was closed'));
  await current.picture('9-cut');
  await current.play();
  await current.says(/^Following live/);
});

await check('the documentation tells of types and fields', async () => {
  const described = (text) => text.replace(/\s+/g, ' ').trim();
  await current.go('Inbox');
  await current.play();
  await current.shows(({ data }) => data?.inbox);
  const { __type: type } = await ada('{ __type(name: "Snooze") { description fields { name description } } }');
  await current.page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  const pane = current.page.locator('.graphiql-doc-explorer');
  const look = async (words, option) => {
    await pane.getByRole('combobox').click();
    await current.page.keyboard.insertText(words);
    await current.page.getByRole('option', { name: option, exact: true }).click();
  };
  await look('Snooze', 'Snooze');
  await until('the type is described', async () => {
    const text = described(await pane.innerText());
    const told = [type.description, ...type.fields.map(({ description }) => description)];
    return told.every((one) => text.includes(described(one))) || text;
  });
  await current.picture('10-type');
  const { __type: query } = await ada('{ __type(name: "Query") { fields { name description } } }');
  await look('ticketChanges', 'Query.ticketChanges');
  const { description } = query.fields.find(({ name }) => name === 'ticketChanges');
  await until('the field is described', async () => {
    const text = described(await pane.innerText());
    return text.includes(described(description)) || text;
  });
  await current.picture('11-field');
});

await check('what was typed is kept over a reload, until the samples are reset', async () => {
  await current.go('WhoAmI');
  await current.write('query Mine { viewerScopes }');
  await until('it is renamed', async () => (await current.tabs()).includes('Mine') || String(await current.tabs()));
  // It is stored half a second later.
  await wait(1000);
  await current.page.reload();
  await current.ready();
  assert.ok((await current.tabs()).includes('Mine'), String(await current.tabs()));
  await Promise.all([current.page.waitForEvent('load'), current.page.getByRole('button', { name: 'Reset samples' }).click()]);
  await current.ready();
  assert.deepEqual(await current.tabs(), titlesOf(storyOf('WhoAmI')));
});

await check('who the token is for is told, and what nobody touched is filled for them', async () => {
  await current.go('Assign');
  const { input } = JSON.parse(await current.variables());
  // What is in the tabs is stored half a second later.
  await wait(1000);
  await current.use(server.tokens.ben);
  await current.says(/^The token works: you are ben\. .* Workflows and Admin need an admin's token\.$/);
  await current.go('Assign');
  const bens = JSON.parse(await current.variables()).input;
  assert.notEqual(bens.assigneeId, input.assigneeId);
  await current.play();
  const { data } = await current.shows((result) => result.data?.assignConversation);
  assert.equal(data.assignConversation.conversation.assignee.displayName, 'Ben Okafor');
  await current.use(server.tokens.gateway);
  await current.says(/^The token works: you are gateway, an integration\./);
});

await check('a token that a restart of the demo revoked is told of, and what to do', async () => {
  await current.use(server.tokens.ada);
  await current.says(/^The token works: you are ada, an admin\./);
  await current.go('FollowOne');
  await current.write('query Mine { viewerScopes }');
  await wait(1000);
  await server.terminate();
  await server.start('--demo');
  await current.play();
  await current.shows(({ errors }) => errors?.[0].extensions.code === 'UNAUTHENTICATED');
  await current.says(/^UNAUTHENTICATED: .* serve --demo prints new ones at each start: paste one\.$/);
  await current.picture('13-revoked');
  await current.go('FollowTheInbox');
  await current.play();
  await current.shows(({ errors }) => errors?.[0].message.includes('4403'));
  await current.says(/^UNAUTHENTICATED: /);
  await current.use(server.tokens.ada);
  await current.says(/^The token works/);
  assert.deepEqual(await current.tabs(), ['FollowTheInbox', 'Mine', 'Changes'], 'what was typed is kept');
});

await check('on a small laptop the tabs of each story are one row, and comments are read whole', async () => {
  const laptop = await open({ viewport: { width: 1024, height: 700 } });
  const small = await Explorer.in(laptop);
  await small.use(server.tokens.ada);
  for (const story of stories) {
    await small.tell(story);
    const rows = await small.page.getByRole('tab').evaluateAll((tabs) => tabs.map((tab) => tab.getBoundingClientRect().top));
    assert.equal(new Set(rows).size, 1, `${story.slug}: ${rows}`);
    const [seen, needed] = await small.page.locator('.graphiql-query-editor .CodeMirror-scroll').evaluate((of) => [of.clientWidth, of.scrollWidth]);
    assert.ok(needed <= seen, `${story.slug}: ${needed} of ${seen}`);
  }
  await small.picture('14-laptop');
  await laptop.close();
});

await check('in the dark, and in a small window, all is in sight', async () => {
  const dark = await open({ colorScheme: 'dark', viewport: { width: 800, height: 700 } });
  const small = await Explorer.in(dark);
  await small.use(server.tokens.ben);
  await small.says(/^The token works/);
  for (const title of titlesOf(stories[0])) {
    const box = await small.tab(title).boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 800 && box.y + box.height <= 700, `${title} is out of sight`);
  }
  const [wide, colour] = await small.page.evaluate(() => [document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]);
  assert.deepEqual([wide, colour], [800, 'rgb(33, 42, 59)']);
  await small.go('Inbox');
  await small.play();
  await small.shows(({ data }) => data?.inbox);
  await small.picture('12-dark');
  await dark.close();
});

await check('nothing was asked for outside, and nothing went wrong in the page', async () => {
  assert.ok(asked.length > 20);
  assert.deepEqual(asked.filter((url) => !url.startsWith('data:') && new URL(url).origin !== origin), []);
  // What the browser says of each 401 before there was a token.
  assert.deepEqual(complaints.filter((text) => !/status of 40[01]/.test(text)), []);
});

await server.close();

await check('without the files the page loads the pinned ones of the CDN, and no others', async () => {
  process.env.SWITCHBOARD_EXPLORER_DIR = '';
  const other = new Server(binary);
  try {
    await other.start();
    const response = await fetch(`${new URL(other.direct).origin}/explorer`);
    const html = await response.text();
    const named = [...html.matchAll(/<(?:link rel="stylesheet" href|script src)="([^"]+)" integrity="(sha384-[\w+/]{64})" crossorigin="anonymous">/g)];
    const { dependencies } = JSON.parse(readFileSync(join(explorer, 'package.json'), 'utf8'));
    const cdn = (name, path) => `https://cdn.jsdelivr.net/npm/${name}@${dependencies[name]}/${path}`;
    assert.deepEqual(named.map(([, url]) => url), [
      cdn('graphiql', 'graphiql.min.css'),
      cdn('react', 'umd/react.production.min.js'),
      cdn('react-dom', 'umd/react-dom.production.min.js'),
      cdn('graphiql', 'graphiql.min.js'),
    ]);
    assert.match(response.headers.get('content-security-policy'), /script-src https:\/\/cdn\.jsdelivr\.net 'sha256-/);
    const page = `${new URL(other.direct).origin}/explorer`;
    // The CDN isn't reached from here. The installed packages stand in for it: the browser holds them to the same hashes and policy.
    const through = async (change) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      await context.route((url) => url.origin !== new URL(page).origin && url.protocol !== 'data:', (route) => {
        const [, name, path] = route.request().url().match(/^https:\/\/cdn\.jsdelivr\.net\/npm\/([\w-]+)@[\d.]+\/(.+)$/) ?? [];
        if (!name || !change) return route.abort();
        const contentType = path.endsWith('.css') ? 'text/css' : 'application/javascript';
        const body = change(readFileSync(join(explorer, 'node_modules', name, path), 'utf8'), path);
        return route.fulfill({ body, contentType, headers: { 'access-control-allow-origin': '*' } });
      });
      current = new Explorer(await context.newPage());
      await current.page.goto(page);
    };
    await through((text) => text);
    await current.ready();
    assert.deepEqual(await current.tabs(), titlesOf(stories[0]));
    await through((text, path) => (path === 'graphiql.min.js' ? `${text}\n` : text));
    await current.says(/^GraphiQL could not be loaded/);
    await through(undefined);
    await current.says(/^GraphiQL could not be loaded\. Run npm ci in explorer\//);
    await current.picture('15-no-cdn');
  } finally {
    await other.close();
  }
});

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
