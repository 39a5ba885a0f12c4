// What pages claim in tables, against what is so: every code, scope, metric, setting and operation.
import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { ROOT } from './page.mjs';

const read = (file) => readFileSync(new URL(file, ROOT), 'utf8');

/** The codes of top-level errors, from the sources that spell them. CURSOR_EXPIRED is reserved: nothing answers it. */
function topLevelCodes() {
  const codes = [...read('src/http/codes.rs').matchAll(/pub const \w+: &str = "([A-Z_]+)"/g)];
  const coded = ['src/graphql/error.rs', 'src/http/graphql_ws/socket/hear.rs'].flatMap((file) => [
    ...read(file).matchAll(/(?:coded|codes::error)\(\s*"([A-Z_]+)"/g),
  ]);
  return new Set([...codes, ...coded].map(([, code]) => code).concat('CURSOR_EXPIRED'));
}

/** The first cells of the rows of the tables under a heading, as far as they are code; a cell may name several. */
function listed(page, heading) {
  const part = read(page).split(/^## /m).find((of) => of.startsWith(`${heading}\n`));
  if (!part) throw new Error(`${page} has no part "${heading}"`);
  const cells = part.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split(' | ')[0]);
  return new Set(cells.flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code)));
}

function same(what, claimed, actual) {
  const missing = [...actual].filter((one) => !claimed.has(one)).map((one) => `${what}: ${one} is missing`);
  return missing.concat([...claimed].filter((one) => !actual.has(one)).map((one) => `${what}: there is no ${one}`));
}

const values = (schema, name) => new Set(schema.getType(name).getValues().map((value) => value.name));

/** What the tables get wrong. */
export function tables(schema) {
  return [
    ...same('docs/errors.md, top-level codes', listed('docs/errors.md', 'Top-level errors'), topLevelCodes()),
    ...same('docs/errors.md, refusals', listed('docs/errors.md', 'Refusals'), values(schema, 'UserErrorCode')),
    ...same('docs/authentication.md, scopes', listed('docs/authentication.md', 'Scopes'), values(schema, 'Scope')),
  ];
}

// Settings of clients, examples and tests.
const NOT_THE_SERVERS = ['SWITCHBOARD_TOKEN', 'SWITCHBOARD_URL', 'SWITCHBOARD_BINARY'];

/** Metrics and settings that pages name and nobody knows. */
export function names(pages, metrics, help) {
  return pages.flatMap((page) =>
    page.code.flatMap(({ text, line }) => {
      const [metric] = text.match(/^switchboard_\w+/) ?? [];
      const [setting] = text.match(/^SWITCHBOARD_[A-Z_]+$/) ?? [];
      const unknown = (metric && !metrics.includes(metric)) || (setting && !help.includes(setting) && !NOT_THE_SERVERS.includes(setting));
      return unknown ? [`${page.file}:${line}: nobody knows ${text}`] : [];
    }),
  );
}

// Another spelling of graphql would be played by nobody.
const LANGUAGES = ['graphql', 'json', 'js', 'sh', 'text', 'mermaid', 'nginx', ''];

/** Blocks of all pages that aren't one operation of the schema each, or that nobody knows how to read. */
export function invalid(pages, schema) {
  const problems = ({ language, text }) => {
    if (!LANGUAGES.includes(language)) return [`there is no language ${language}`];
    if (language !== 'graphql') return [];
    try {
      const document = parse(text);
      const operations = document.definitions.filter(({ kind }) => kind === 'OperationDefinition');
      if (operations.length !== 1 || document.definitions[0] !== operations[0]) return ['a block begins with its one operation'];
      return validate(schema, document).map((error) => error.message);
    } catch (error) {
      return [error.message];
    }
  };
  return pages.flatMap((page) => page.blocks.flatMap((block) => problems(block).map((problem) => `${page.file}:${block.line}: ${problem}`)));
}

/** The queries that stand in sentences, such as `{ channels { id } }`. */
export function inlineQueries(page) {
  return page.code.filter(({ text }) => {
    try {
      return /^\{ .* \}$/.test(text) && parse(text).definitions.length === 1;
    } catch {
      return false;
    }
  });
}

/** Links that lead nowhere. */
export function broken(pages, exists) {
  const anchors = new Map(pages.map((page) => [page.file, page.anchors]));
  return pages.flatMap((page) =>
    page.links
      .filter(({ text }) => !/^[a-z]+:/.test(text))
      .flatMap(({ text, line }) => {
        const target = new URL(text, new URL(page.file, 'file:///'));
        const file = decodeURIComponent(target.pathname).slice(1);
        const known = anchors.get(file);
        const leads = exists(file) && (!target.hash || known?.has(decodeURIComponent(target.hash.slice(1))));
        return leads ? [] : [`${page.file}:${line}: ${text} leads nowhere`];
      }),
  );
}
