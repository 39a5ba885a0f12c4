// Two agents look at the same inbox: one acts, the other sees it without reloading.
import assert from 'node:assert/strict';
import { Agent } from './browser.mjs';
import { until } from './until.mjs';

export default async function ({ demo, browser, work, check }) {
  const line = await demo.line();

  /** As far as it was read, the list is what the server answers. */
  const exact = (agent, name, scope) => until(() => agent.rows(), async () => work.list(name, scope, (await agent.rows()).length));

  async function both(agents) {
    const ada = await Agent.open(browser, line);
    const ben = await Agent.open(browser, line);
    agents.push(ada, ben);
    await ada.signIn(demo.tokens.ada);
    await ben.signIn(demo.tokens.ben);
    return [ada, ben];
  }

  await check('one acts with the mouse, the other sees each step live, in words', async (agents) => {
    const [ada, ben] = await both(agents);
    await ben.show('mine');
    const mine = await ben.count('mine');
    const badge = await ben.page.locator('.badge').textContent();
    const it = await work.arrives('The zip is stuck');
    await ada.show('all', it.number);
    const told = (text) => ben.page.locator('.entry', { hasText: text }).waitFor();

    await ada.page.getByRole('button', { name: /^Unassigned/ }).click();
    await ada.page.getByRole('option', { name: /Ben Okafor/ }).click();
    await exact(ben, 'ben', 'MINE');
    await until(() => ben.count('mine'), mine + 1);
    await until(async () => (await ben.page.locator('.badge').textContent()) !== badge, true);
    await ben.page.locator(`[data-number="${it.number}"]`).click();
    await told('Ada Lindqvist assigned this to you.');

    await ada.page.getByRole('button', { name: 'Note', exact: true }).click();
    await ada.page.getByRole('textbox', { name: 'Internal note' }).fill('');
    await ada.page.keyboard.type('Have you seen this, @be');
    await ada.page.getByRole('option', { name: /Ben Okafor/ }).click();
    await ada.page.keyboard.type('?');
    await ada.page.getByRole('button', { name: 'Add note' }).click();
    const note = ben.page.locator('.entry.note', { hasText: 'Have you seen this, @ben ?' });
    await note.getByText('Internal note').waitFor();

    await ada.page.getByRole('button', { name: 'Tags' }).click();
    await ada.page.getByRole('option', { name: 'Warranty' }).click();
    await told('Ada Lindqvist added Warranty.');
    await ada.page.keyboard.press('Escape');
    await ada.page.getByRole('button', { name: 'Priority' }).click();
    await ada.page.getByRole('option', { name: 'Urgent' }).click();
    await told('Ada Lindqvist set the priority to urgent.');
    await told('Workflow Ada hears of what is urgent');

    await ada.page.getByRole('button', { name: 'Reply', exact: true }).click();
    await ada.page.getByLabel(/^Reply to/).fill('A new slider is in the post.');
    await ada.page.getByRole('button', { name: 'Send', exact: true }).click();
    await ben.page.locator('.entry.outbound', { hasText: 'A new slider is in the post.' }).waitFor();
    await until(() => ada.page.getByLabel(/^Reply to/).inputValue(), '');

    await ada.page.getByRole('button', { name: 'Snooze', exact: true }).click();
    await ada.page.getByRole('option', { name: /Tomorrow morning.*09:00/ }).click();
    await told('Ada Lindqvist snoozed this until tomorrow, ');
    await exact(ben, 'ben', 'MINE');
    await ada.page.getByRole('button', { name: 'Wake' }).click();
    await told('Ada Lindqvist woke this up.');
    await ada.page.getByRole('button', { name: 'Close', exact: true }).click();
    await told('Ada Lindqvist closed this.');
    await until(() => ben.count('mine'), mine);
    assert.deepEqual(await ben.entries(), await work.timeline('ben', it));
    assert.deepEqual(await ada.entries(), await work.timeline('ada', it));

    await work.writesAgain(it, 'It is stuck again');
    await told('It reopened because the customer wrote.');
    await ben.page.locator('.entry.inbound', { hasText: 'It is stuck again' }).waitFor();
  });

  await check('what arrives is on top, counted, unread, announced; reading it takes the mark away', async (agents) => {
    const [ada] = await both(agents);
    const all = await ada.count('all');
    const it = await work.arrives('A tent that leaks');
    await exact(ada, 'ada');
    await until(() => ada.count('all'), all + 1);
    const row = ada.page.locator(`[data-number="${it.number}"]`);
    assert.match(await row.getAttribute('class'), /unread/);
    await ada.page.locator('[aria-live]', { hasText: /New in this list: Robin Test/ }).waitFor();
    await row.click();
    await until(async () => (await row.getAttribute('class')).includes('unread'), false);
    await ada.page.keyboard.press('u');
    await until(async () => (await row.getAttribute('class')).includes('unread'), true);
  });

  await check('spam, restored, followed and not, told to both', async (agents) => {
    const [ada, ben] = await both(agents);
    const it = await work.arrives('You have won');
    await ada.show('all', it.number);
    await ben.show('all', it.number);
    await ada.page.getByRole('button', { name: 'More', exact: true }).click();
    await ada.page.getByRole('option', { name: /^Mark as spam/ }).click();
    await ben.page.locator('.state.spam').waitFor();
    await until(async () => (await ben.rows()).includes(it.number), false);
    await ada.page.getByRole('button', { name: 'Restore' }).click();
    await ben.page.locator('.state.open').waitFor();
    await until(async () => (await ben.rows()).includes(it.number), true);
    await ben.page.getByRole('button', { name: 'More', exact: true }).click();
    await ben.page.getByRole('option', { name: /^Follow/ }).click();
    await ada.page.locator('.entry', { hasText: 'Ben Okafor began to follow this.' }).waitFor();
  });

  await check('a refusal is told where it was tried', async (agents) => {
    const [ada] = await both(agents);
    const it = await work.arrives('In the past');
    await ada.show('all', it.number);
    await ada.page.getByRole('button', { name: 'Snooze', exact: true }).click();
    const menu = ada.page.getByRole('dialog', { name: 'Snooze' });
    await menu.getByLabel(/At another time/).fill('2020-01-01T09:00');
    await menu.getByRole('button', { name: 'Snooze' }).click();
    await menu.getByRole('alert').waitFor();
    assert.match(await menu.getByRole('alert').textContent(), /future|past/i);
  });

  await check('closing what has just changed unseen is refused, and done when seen', async (agents) => {
    const [ada] = await both(agents);
    const it = await work.arrives('Moves on');
    await ada.show('all', it.number);
    // The customer writes while the click is under way.
    let wrote = false;
    await ada.page.route('**/graphql', async (route) => {
      if (!wrote && route.request().postDataJSON()?.operationName === 'Act') {
        wrote = true;
        await work.writesAgain(it, 'One more thing');
      }
      await route.continue();
    });
    await ada.page.getByRole('button', { name: 'Close', exact: true }).click();
    await ada.page.getByRole('alert').filter({ hasText: 'Something has happened here since' }).waitFor();
    await ada.page.locator('.entry', { hasText: 'One more thing' }).waitFor();
    await ada.page.getByRole('button', { name: 'Close', exact: true }).click();
    await ada.page.locator('.state.closed').waitFor();
  });

  await check('an answer that got lost is sent again, and arrives once', async (agents) => {
    const [ada] = await both(agents);
    const it = await work.arrives('Once, please');
    await ada.show('all', it.number);
    let lost = 0;
    await ada.page.route('**/graphql', async (route) => {
      if (route.request().postDataJSON()?.operationName !== 'Act' || lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
    await ada.page.getByLabel(/^Reply to/).fill('Only once.');
    await ada.page.getByRole('button', { name: 'Send', exact: true }).click();
    await ada.page.getByRole('alert').filter({ hasText: 'Try again' }).waitFor();
    await ada.page.getByRole('button', { name: 'Send', exact: true }).click();
    await until(() => ada.page.getByLabel(/^Reply to/).inputValue(), '');
    assert.equal(lost, 1);
    await until(() => ada.page.locator('.entry.outbound', { hasText: 'Only once.' }).count(), 1);
    assert.deepEqual(await ada.entries(), await work.timeline('ada', it));
  });

  await check('a long list is read page by page, and stays in order while it lives', async (agents) => {
    const [ada] = await both(agents);
    await exact(ada, 'ada');
    await ada.page.getByRole('button', { name: 'Show more' }).click();
    const whole = () => work.list('ada', 'ALL', 100);
    await until(() => ada.rows(), whole);
    const last = (await whole()).at(-1);
    const { conversation } = await work.ask('ada', 'query($n: Int) { conversation(number: $n) { id } }', { n: last });
    await work.act('ben', conversation, { reply: { text: 'Sorry for the wait.' } });
    await until(async () => (await ada.rows())[0], last);
    await until(() => ada.rows(), whole);
  });
}
