// Runs the explorer's sample operations against a running demo, as the page would: ids from ids.graphql, then each tab.
//
//   SWITCHBOARD_URL     the GraphQL endpoint
//   SWITCHBOARD_TOKENS  bearer tokens, separated by spaces; a sample passes if one of them can run it
//
// A sample passes without top-level errors, without userErrors, and with no null at its root; a subscription, if it is told so of a
// change that is made meanwhile. A second press of play may be refused with userErrors (a name is TAKEN), and with nothing else.
// The last line says "N passed, M failed"; exit 1 on any failure.
import { readFileSync, readdirSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.env.SWITCHBOARD_URL;
const tokens = (process.env.SWITCHBOARD_TOKENS ?? '').split(/\s+/).filter(Boolean);
if (!url || tokens.length === 0) {
  console.error('SWITCHBOARD_URL and SWITCHBOARD_TOKENS must be set');
  process.exit(2);
}

const explorer = new URL('../../explorer/', import.meta.url);
const samples = new URL('samples/', explorer);
const page = createContext({});
runInContext(readFileSync(new URL('fill.js', explorer), 'utf8'), page);
const files = readdirSync(samples, { recursive: true }).sort();
const read = (name) => readFileSync(new URL(name, samples), 'utf8');

async function post(token, query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `not JSON: ${response.status} ${text.slice(0, 200)}` }] };
  }
}

/** What is wrong with an answer; undefined when nothing is. */
function wrong({ data, errors }, refusable = false) {
  if (errors?.length) return errors.map((e) => `${e.extensions?.code ?? 'no code'}: ${e.message}`).join('; ');
  for (const [field, value] of Object.entries(data ?? {})) {
    if (value === null) return `${field} is null`;
    if (value.userErrors?.length && !refusable) return value.userErrors.map((e) => `${e.code}: ${e.message}`).join('; ');
  }
  return data ? undefined : 'no data';
}

/** Moves the newest conversation of the inbox, so that there is something to be told. */
async function act(token) {
  const { data } = await post(token, '{ inbox(first: 1) { nodes { id priority } } }');
  const { id, priority } = data.inbox.nodes[0];
  const input = { conversationId: id, priority: priority === 'URGENT' ? 'LOW' : 'URGENT' };
  await post(token, 'mutation ($input: SetConversationPriorityInput!) { setPriority(input: $input) { changed } }', { input });
}

async function follow(token, query, variables) {
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0,
    webSocketImpl: WebSocket,
  });
  const results = client.iterate({ query, variables });
  try {
    const first = results.next();
    // It starts when the server has read it; what is done before that, it isn't told.
    const acting = setInterval(() => act(token).catch(() => {}), 500);
    const timeout = new Promise((_, reject) => setTimeout(() => reject(new Error('nothing was told in 20 s')), 20_000).unref());
    const { value } = await Promise.race([first, timeout]).finally(() => clearInterval(acting));
    return value;
  } catch (errors) {
    return { errors: Array.isArray(errors) ? errors : [{ message: String(errors.message ?? errors) }] };
  } finally {
    await client.dispose();
  }
}

async function attempt(name, token, ids) {
  const text = files.includes(`${name}.variables.json`) ? page.fillVariables(read(`${name}.variables.json`), ids) : '{}';
  const left = text.match(/\{\{.*?\}\}/);
  if (left) return `ids.graphql found nothing for ${left[0]}`;
  const query = read(`${name}.graphql`);
  const variables = JSON.parse(text);
  if (/^subscription\b/m.test(query)) return wrong(await follow(token, query, variables));
  const once = wrong(await post(token, query, variables));
  const again = once ?? wrong(await post(token, query, variables), true);
  return once ?? (again && `the second time: ${again}`);
}

const ids = await Promise.all(tokens.map(async (token) => (await post(token, read('ids.graphql'))).data));
let passed = 0;
let failed = 0;
for (const file of files.filter((name) => /\/\d.*\.graphql$/.test(name))) {
  const name = file.replace(/\.graphql$/, '');
  const reasons = [];
  for (const [i, token] of tokens.entries()) {
    const reason = await attempt(name, token, ids[i]);
    if (reason === undefined) break;
    reasons.push(reason);
  }
  if (reasons.length < tokens.length) passed += 1;
  else {
    failed += 1;
    console.log(`${name}: ${reasons.join(' | ')}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
