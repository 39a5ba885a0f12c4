// Runs the server audits of npm's graphql-http, the checks of the GraphQL over HTTP specification, against a running server.
//
//   SWITCHBOARD_URL    the GraphQL endpoint, for example http://127.0.0.1:8080/graphql
//   SWITCHBOARD_TOKEN  a bearer token; without one the requests carry no Authorization header
//
// Every audit counts, the recommended ones too. The last line says "N passed, M failed"; exit 1 on any failure, and
// when fewer audits ran than the library has, so that a smaller library can't look like a better server.
import { auditServer } from 'graphql-http';

const EXPECTED = 61;
const SECONDS = 60;

const url = process.env.SWITCHBOARD_URL;
const token = process.env.SWITCHBOARD_TOKEN;
if (!url) {
  console.error('SWITCHBOARD_URL is not set: give the GraphQL endpoint, for example http://127.0.0.1:8080/graphql');
  process.exit(2);
}

function fetchWithToken(input, init = {}) {
  const headers = new Headers(init.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  return fetch(input, { ...init, headers, signal: AbortSignal.timeout(SECONDS * 1000) });
}

/** What the server answered, for the person who has to mend it. */
async function answer(response) {
  if (!response) return 'no response';
  const body = response.bodyUsed ? '(body already read)' : await response.text().catch((e) => `(unreadable: ${e.message})`);
  return `${response.status} ${response.headers.get('content-type') ?? 'no content-type'} ${body.slice(0, 500)}`;
}

let results;
try {
  results = await auditServer({ url, fetchFn: fetchWithToken });
} catch (error) {
  console.error(`The audits could not run against ${url}: ${error.message}${error.cause ? ` (${error.cause.message})` : ''}`);
  console.log(`0 passed, ${EXPECTED} failed`);
  process.exit(1);
}

let passed = 0;
for (const result of results) {
  if (result.status === 'ok') {
    passed += 1;
    continue;
  }
  console.log(`${result.status} ${result.id} ${result.name}`);
  console.log(`  ${result.reason}`);
  console.log(`  ${await answer(result.response)}`);
}

const missing = Math.max(0, EXPECTED - results.length);
if (missing > 0) console.log(`only ${results.length} of ${EXPECTED} audits ran`);
const failed = results.length - passed + missing;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
