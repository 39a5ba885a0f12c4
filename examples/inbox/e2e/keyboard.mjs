// A conversation from the list to its end, with the keyboard alone.
import assert from 'node:assert/strict';
import { Agent } from './browser.mjs';
import { until } from './until.mjs';

export default async function ({ demo, browser, work, check }) {
  const line = await demo.line();
  const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.dataset?.number || document.activeElement?.tagName);

  await check('keyboard: sign in, find, open, assign, note, tag, reply, snooze, wake, close, back', async (agents) => {
    const it = await work.arrives('By keyboard');
    const ada = await Agent.open(browser, line);
    agents.push(ada);
    const { page } = ada;
    const { keyboard } = page;
    const told = (text) => page.locator('.entry', { hasText: text }).waitFor();
    await until(() => focused(page), 'token');
    await keyboard.insertText(demo.tokens.ada);
    await keyboard.press('Enter');
    await page.locator('[data-row]').first().waitFor();

    await keyboard.press('j');
    await until(() => focused(page), String((await ada.rows())[0]));
    await keyboard.press('ArrowDown');
    await keyboard.press('k');
    await until(() => focused(page), String(it.number));
    await keyboard.press('Enter');
    await until(() => focused(page), 'conversation-title');

    await keyboard.press('a');
    await keyboard.type('ada');
    await keyboard.press('Enter');
    await told('You took this.');
    await keyboard.press('n');
    await until(() => focused(page), 'composer-text');
    await keyboard.type('See @be');
    await page.getByRole('listbox', { name: 'Whom to mention' }).waitFor();
    await keyboard.press('Enter');
    await keyboard.type('about it');
    await keyboard.press('Control+Enter');
    await page.locator('.entry.note', { hasText: 'See @ben about it' }).waitFor();
    await keyboard.press('Escape');
    await until(() => focused(page), 'conversation-title');
    await keyboard.press('t');
    await keyboard.type('warr');
    await keyboard.press('Enter');
    await told('You added Warranty.');
    await keyboard.press('Escape');
    await keyboard.press('p');
    await keyboard.press('Home');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await told('You set the priority to high.');
    await keyboard.press('r');
    await keyboard.type('Thank you for the photo.');
    await keyboard.press('Control+Enter');
    await page.locator('.entry.outbound', { hasText: 'Thank you for the photo.' }).waitFor();
    await keyboard.press('Escape');
    await keyboard.press('s');
    await page.getByRole('option', { name: /In one hour/ }).waitFor();
    await keyboard.press('Enter');
    await told('You snoozed this until');
    await keyboard.press('w');
    await told('You woke this up.');
    await keyboard.press('e');
    await told('You closed this.');
    await keyboard.press('o');
    await told('You reopened this.');
    await keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
    await keyboard.press('Escape');
    await until(() => focused(page), String(it.number));
    await keyboard.press('6');
    await page.getByRole('heading', { name: 'Snoozed', level: 2 }).waitFor();
    await until(() => focused(page), 'list-title');
  });

  await check('keyboard: the focus stays with a row that moves, and goes to the next when it leaves', async (agents) => {
    const [one, two] = [await work.arrives('First'), await work.arrives('Second')];
    const ada = await Agent.open(browser, line);
    agents.push(ada);
    await ada.signIn(demo.tokens.ada);
    await ada.page.keyboard.press('j');
    await ada.page.keyboard.press('j');
    await until(() => focused(ada.page), String(one.number));
    await work.writesAgain(one, 'Up it goes');
    await until(async () => (await ada.rows())[0], one.number);
    await until(() => focused(ada.page), String(one.number));
    await work.act('ben', one, { close: true });
    await until(async () => (await ada.rows()).includes(one.number), false);
    await until(() => focused(ada.page), String(two.number));
  });

  await check('keyboard: single keys can be switched off', async (agents) => {
    const ada = await Agent.open(browser, line);
    agents.push(ada);
    await ada.signIn(demo.tokens.ada);
    await ada.page.keyboard.press('?');
    await ada.page.getByLabel('Single keys do something').uncheck();
    await ada.page.keyboard.press('Escape');
    await ada.page.keyboard.press('6');
    await ada.page.keyboard.press('ArrowDown');
    assert.equal(await ada.page.locator('#list-title').textContent(), 'All open');
  });
}
