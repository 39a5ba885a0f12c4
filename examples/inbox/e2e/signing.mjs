// Signing in, and what a reload keeps.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Agent } from './browser.mjs';
import { until } from './until.mjs';

const explorer = readFileSync(new URL('../../../explorer/page.js', import.meta.url), 'utf8');
const [, EXPLORERS_TOKEN] = explorer.match(/TOKEN = '([^']+)'/);
const [, EXPLORERS_TABS] = explorer.match(/TABS = '([^']+)'/);

export default async function ({ demo, browser, work, check }) {
  const line = await demo.line();

  await check('the page comes with its security headers, and nothing else is at other paths', async () => {
    const page = await fetch(line.url);
    const policy = page.headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /style-src 'self'(;|$)/);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.equal((await fetch(new URL('assets/..%2f..%2fpackage.json', line.url))).status, 404);
  });

  await check('a token that nobody knows is told beside the field', async (agents) => {
    const ada = agents[agents.push(await Agent.open(browser, line)) - 1];
    await ada.page.getByLabel('Token').fill('swb_agent_nobody');
    await ada.page.getByRole('button', { name: 'Sign in' }).click();
    await ada.page.getByRole('alert').filter({ hasText: 'doesn’t know this token' }).waitFor();
  });

  await check('a token stays in its tab: a reload keeps it, another tab has none, the address never', async (agents) => {
    const ada = await Agent.open(browser, line);
    agents.push(ada);
    await ada.signIn(demo.tokens.ada);
    await ada.page.reload();
    await ada.page.locator('[data-row]').first().waitFor();
    assert.ok(!ada.page.url().includes('swb_'));
    const other = await ada.context.newPage();
    await other.goto(line.url);
    await other.getByLabel('Token').waitFor();
    await ada.page.getByRole('button', { name: 'Sign out' }).click();
    await ada.page.getByLabel('Token').waitFor();
    assert.equal(await ada.page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage })), '{}');
  });

  await check('the explorer beside it is another page: its token is not used, and signing out leaves what it keeps', async (agents) => {
    const ada = await Agent.open(browser, line);
    agents.push(ada);
    const theirs = { [EXPLORERS_TOKEN]: demo.tokens.ben, [`${EXPLORERS_TABS}tabs`]: '{}' };
    await ada.page.evaluate((entries) => Object.assign(sessionStorage, entries), theirs);
    await ada.page.reload();
    assert.equal(await ada.page.getByLabel('Token').inputValue(), '');
    await ada.signIn(demo.tokens.ada);
    await ada.show('all', (await ada.rows())[0]);
    await ada.page.getByLabel(/^Reply to/).fill('A draft that goes with the token');
    const kept = () => ada.page.evaluate(() => ({ ...sessionStorage }));
    await until(async () => Object.values(await kept()).filter((value) => value.includes('A draft')).length, 1);
    assert.equal((await kept())[EXPLORERS_TOKEN], demo.tokens.ben);
    await ada.page.getByRole('button', { name: 'Sign out' }).click();
    await ada.page.getByLabel('Token').waitFor();
    assert.deepEqual(await kept(), theirs);
  });

  await check('drafts survive a reload, by conversation and kind', async (agents) => {
    const [one, two] = [await work.arrives('A draft'), await work.arrives('No draft')];
    const ada = await Agent.open(browser, line);
    agents.push(ada);
    await ada.signIn(demo.tokens.ada);
    await ada.show('all', one.number);
    await ada.page.getByLabel(/^Reply to/).fill('Half an answer');
    await ada.page.getByRole('button', { name: 'Note', exact: true }).click();
    await ada.page.getByRole('textbox', { name: 'Internal note' }).fill('Half a note');
    await ada.page.reload();
    await until(() => ada.page.getByRole('textbox', { name: 'Internal note' }).inputValue(), 'Half a note');
    await ada.page.getByRole('button', { name: 'Reply', exact: true }).click();
    await until(() => ada.page.getByLabel(/^Reply to/).inputValue(), 'Half an answer');
    await ada.show('all', two.number);
    await until(() => ada.page.getByLabel(/^Reply to/).inputValue(), '');
  });

  await check('a revoked token leads back to signing in, and says so', async (agents) => {
    const { viewer } = await work.ask('ben', '{ viewer { ... on Agent { id } } }');
    const { createApiToken: made } = await work.ask(
      'ada',
      `mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret apiToken { id } userErrors { message } } }`,
      { input: { name: 'for a while', owner: { agentId: viewer.id }, scopes: ['CONVERSATIONS_READ', 'NOTES_READ'] } },
    );
    const ben = await Agent.open(browser, line);
    agents.push(ben);
    await ben.signIn(made.secret);
    await work.ask('ada', 'mutation($id: ID!) { revokeApiToken(input: { apiTokenId: $id }) { userErrors { message } } }', { id: made.apiToken.id });
    await ben.page.getByRole('alert').filter({ hasText: 'no longer valid' }).waitFor();
  });
}
