// The API reference in docs/reference/, made from schema.graphql.
//
//   node reference.mjs            says whether the committed one is what the schema says; exit 1 if it isn't
//   node reference.mjs --write    makes it anew
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildSchema, isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType, isScalarType,
  isSpecifiedScalarType, isUnionType, print,
} from 'graphql';
import { operations, types } from './reference/groups.mjs';

const ROOT = new URL('../../', import.meta.url);
const FOLDER = new URL('docs/reference/', ROOT);
const NOTE = '<!-- Made from schema.graphql by `node tests/clients/reference.mjs --write`; not edited by hand. -->\n';

const schema = buildSchema(readFileSync(new URL('schema.graphql', ROOT), 'utf8'));
const roots = ['Query', 'Mutation', 'Subscription'];
const all = Object.values(schema.getTypeMap())
  .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !roots.includes(type.name))
  .sort((one, other) => (one.name < other.name ? -1 : 1));

/** The page that a type stands on. */
function pageOf(type) {
  if (isInputObjectType(type)) return 'inputs.md';
  if (isEnumType(type)) return 'enums.md';
  if (isScalarType(type)) return 'scalars.md';
  return 'types.md';
}

/** Descriptions are wrapped in the schema; a page's line is a paragraph, and a table's cell mustn't end at a `|`. */
const words = ({ description }) => (description ?? '').replace(/\s+/g, ' ').trim();
const cell = (text) => text.replace(/\|/g, '\\|').replace(/</g, '&lt;');

/** A type as it is spelled, linked to where it is described. */
function linked(type, from) {
  const spelled = String(type);
  const name = spelled.replace(/[[\]!]/g, '');
  const of = schema.getType(name);
  if (isSpecifiedScalarType(of)) return `\`${spelled}\``;
  const page = pageOf(of) === from ? '' : pageOf(of);
  return `[\`${spelled}\`](${page}#${name.toLowerCase()})`;
}

const defaultOf = ({ astNode }) => (astNode?.defaultValue ? ` = \`${print(astNode.defaultValue)}\`` : '');

function table(head, rows) {
  if (rows.length === 0) return '';
  return `\n| ${head} | type | |\n|---|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

const inputRow = (from) => (field) => [`\`${field.name}\``, `${linked(field.type, from)}${defaultOf(field)}`, cell(words(field))];

function operation(field, page) {
  const answers = `Answers ${linked(field.type, page)}.`;
  return `\n### ${field.name}\n\n${words(field)}\n\n${answers}\n${table('argument', field.args.map(inputRow(page)))}`;
}

function root(type, page, title) {
  const groups = operations(Object.values(type.getFields()));
  const parts = groups.map(([noun, fields]) => `\n## ${noun}\n${fields.map((field) => operation(field, page)).join('')}`);
  return `# ${title}\n\n${words(type)}\n${parts.join('')}`;
}

const COMMON = Object.keys(schema.getType('TimelineEntry').getFields());

/** Fields with their arguments below them; those that all entries have stand at TimelineEntry. */
function fields(type, page) {
  const entry = isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'TimelineEntry');
  const own = Object.values(type.getFields()).filter(({ name }) => !entry || !COMMON.includes(name));
  const rows = own.flatMap((field) => [
    [`\`${field.name}\``, linked(field.type, page), cell(words(field))],
    ...field.args.map((argument) => [`&nbsp;&nbsp;\`(${argument.name}:)\``, ...inputRow(page)(argument).slice(1)]),
  ]);
  const rest = entry ? `\nBesides the fields of ${linked(schema.getType('TimelineEntry'), page)}.\n` : '';
  return table('field', rows) + rest;
}

function about(type, page) {
  const list = (of) => of.map((one) => linked(one, page)).join(', ');
  if (isInputObjectType(type)) {
    const one = type.isOneOf ? '\nExactly one of:\n' : '';
    return one + table('field', Object.values(type.getFields()).map(inputRow(page)));
  }
  if (isEnumType(type)) {
    return `\n| value | |\n|---|---|\n${type.getValues().map((value) => `| \`${value.name}\` | ${cell(words(value))} |`).join('\n')}\n`;
  }
  if (isScalarType(type)) return '';
  if (isUnionType(type)) return `\nOne of ${list(type.getTypes())}.\n`;
  const is = isObjectType(type) ? type.getInterfaces() : [];
  const kinds = isInterfaceType(type) ? `\nImplemented by ${list(schema.getPossibleTypes(type))}.\n` : '';
  return (is.length ? `\nImplements ${list(is)}.\n` : '') + kinds + fields(type, page);
}

const described = (page) => (type) => `\n### ${type.name}\n\n${words(type)}\n${about(type, page)}`;

function listing(page, title, intro) {
  const here = all.filter((type) => pageOf(type) === page);
  const parts = types(here).map(([noun, members]) => `\n## ${noun}\n${members.map(described(page)).join('')}`);
  return `# ${title}\n\n${intro}\n${parts.join('')}`;
}

/** The first page: every operation by its noun. */
function index() {
  const rows = [
    ['queries.md', 'Queries', 'Query'],
    ['mutations.md', 'Mutations', 'Mutation'],
    ['subscriptions.md', 'Subscriptions', 'Subscription'],
  ].map(([page, title, name]) => {
    const groups = operations(Object.values(schema.getType(name).getFields()));
    const links = (members) => members.map((field) => `[\`${field.name}\`](${page}#${field.name.toLowerCase()})`).join(', ');
    const lines = groups.map(([noun, members]) => `| ${noun} | ${links(members)} |`);
    return `\n## [${title}](${page})\n\n| | |\n|---|---|\n${lines.join('\n')}\n`;
  });
  const rest =
    '\n## What they take and answer\n\n' +
    '[Types](types.md), interfaces and unions · [inputs](inputs.md) · [enums](enums.md) · [scalars](scalars.md)\n';
  return `# API reference\n\nEverything in the schema, with its own words. What belongs together and why is told in [the other pages](../README.md).\n${rows.join('')}${rest}`;
}

function scalars() {
  const here = all.filter((type) => pageOf(type) === 'scalars.md');
  return `# Scalars\n\nBeside GraphQL's own: \`ID\`, \`String\`, \`Int\`, \`Float\` and \`Boolean\`. All are written as JSON texts but \`JSONObject\`.\n${here.map((type) => described('scalars.md')(type).replace('\n### ', '\n## ')).join('')}`;
}

/** Every file of the reference with its text. */
function made() {
  const pages = {
    'README.md': index(),
    'queries.md': root(schema.getQueryType(), 'queries.md', 'Queries'),
    'mutations.md': root(schema.getMutationType(), 'mutations.md', 'Mutations'),
    'subscriptions.md': root(schema.getSubscriptionType(), 'subscriptions.md', 'Subscriptions'),
    'types.md': listing('types.md', 'Types', 'What operations answer.'),
    'inputs.md': listing('inputs.md', 'Inputs', 'What operations take. `= …` is what counts when it is left out.'),
    'enums.md': listing('enums.md', 'Enums', 'Values that there are.'),
    'scalars.md': scalars(),
  };
  return Object.entries(pages).map(([name, text]) => {
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase());
    const twice = headings.find((heading, i) => headings.indexOf(heading) !== i);
    if (twice) throw new Error(`${name} has two headings "${twice}": links would lead to the first`);
    return [name, NOTE + text.replace(/\n{3,}/g, '\n\n')];
  });
}

/** What of the committed reference isn't what the schema says. */
export function stale() {
  const pages = made();
  const kept = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  const differs = pages.filter(([name, text]) => !kept.includes(name) || readFileSync(new URL(name, FOLDER), 'utf8') !== text);
  const gone = kept.filter((name) => !pages.some(([page]) => page === name));
  const again = '; node tests/clients/reference.mjs --write makes it anew';
  return [...differs.map(([name]) => name), ...gone].map((name) => `docs/reference/${name} isn't what the schema says${again}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--write')) {
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, text] of made()) writeFileSync(new URL(name, FOLDER), text);
  }
  const problems = stale();
  for (const problem of problems) console.error(problem);
  process.exit(problems.length ? 1 : 0);
}
