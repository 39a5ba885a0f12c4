// The documentation as its readers use it, against the real binary: every graphql block of README.md, docs/ and examples/ is played, and
// what is shown must come; see docs/play.mjs for the rules. Links, codes, scopes, metrics and the reference are checked too.
//
//   SWITCHBOARD_BINARY  the program; it is started with --demo for each page, on a database that goes away again
//
// Arguments, if any, are the only pages to play. The last line says "N passed, M failed"; exit 1 on any failure.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { broken, inlineQueries, invalid, names, tables } from './docs/facts.mjs';
import { pages, ROOT } from './docs/page.mjs';
import { Play, plays, post } from './docs/play.mjs';
import { Server } from './live/server.mjs';
import { stale } from './reference.mjs';

// Played by tests of the server itself, which know what comes of each step.
const PLAYED_ELSEWHERE = { 'README.md': 'tests/api/demo.rs', 'docs/workflows.md': 'tests/api/recipes/page.rs' };

const binary = process.env.SWITCHBOARD_BINARY;
if (!binary) {
  console.error('SWITCHBOARD_BINARY is not set: give the program, for example target/debug/switchboard');
  process.exit(2);
}

let passed = 0;
let failed = 0;

function judge(title, problems) {
  if (problems.length === 0) passed += 1;
  else failed += 1;
  console.log([`${problems.length ? 'FAILED' : 'ok'} ${title}`, ...problems.map((problem) => `  ${problem}`)].join('\n'));
}

const schema = buildSchema(readFileSync(new URL('schema.graphql', ROOT), 'utf8'));
const all = pages();
const written = all.filter(({ file }) => !file.startsWith('docs/reference/'));

judge('the reference is what the schema says', stale());
judge('every link leads somewhere', broken(all, (file) => existsSync(new URL(file, ROOT))));
judge('every code and scope is in its table, and no other', tables(schema));
judge('every block can be read, every operation is one of the schema', invalid(written, schema));
judge(
  'what the server plays itself is there',
  Object.entries(PLAYED_ELSEWHERE).flatMap(([page, test]) =>
    readFileSync(new URL(test, ROOT), 'utf8').includes(`${page}")`) ? [] : [`${test} no longer plays ${page}`],
  ),
);

const only = process.argv.slice(2);
const chosen = written.filter(({ file }) => only.length === 0 || only.includes(file));

/** Judges with a demo that has just begun. */
async function withDemo(title, problems) {
  const server = new Server(binary);
  try {
    await server.start('--demo');
    judge(title, await problems(server));
  } catch (error) {
    judge(title, [error.stack ?? String(error)]);
  } finally {
    await server.close();
  }
}

for (const page of chosen.filter((one) => plays(one) && !(one.file in PLAYED_ELSEWHERE))) {
  await withDemo(`${page.file} is what comes`, (server) => new Play(server, page).problems());
}
await withDemo('every query in a sentence works', async ({ direct, tokens }) => {
  const queries = chosen.flatMap((page) => inlineQueries(page).map((query) => ({ ...query, file: page.file })));
  const answers = queries.map(async ({ file, line, text }) => {
    const { errors } = await post(direct, tokens.ada, text);
    return errors ? [`${file}:${line}: \`${text}\` is answered ${JSON.stringify(errors)}`] : [];
  });
  return (await Promise.all(answers)).flat();
});
await withDemo('every metric and setting that is named is there', async ({ direct }) => {
  const metrics = await (await fetch(new URL('/metrics', direct))).text();
  const commands = ['serve', 'admin', 'restore'].map((command) => execFileSync(binary, [command, '--help'], { encoding: 'utf8' }));
  return names(written, metrics, commands.join(''));
});
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
