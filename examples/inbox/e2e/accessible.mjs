// axe on the main screens, in both colour schemes, wide and narrow; and nothing wider than the narrowest screen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Agent } from './browser.mjs';
import { until } from './until.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function axe({ page }, screen) {
  // Past the page's policy: evaluate isn't a script of the page.
  await page.evaluate(AXE);
  await page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished)));
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const told = violations.map(({ id, help, nodes }) => `${screen}: ${id}: ${help}\n    ${nodes.slice(0, 4).map(({ target, any }) => `${target} ${any[0]?.message ?? ''}`).join('\n    ')}`);
  assert.deepEqual(told, []);
}

export default async function ({ demo, browser, work, check }) {
  const line = await demo.line();
  const it = await work.arrives('For all to see');
  await work.act('ada', it, { assign: { assigneeId: work.agents.ben } }, { addTags: [work.tags.Warranty] }, { setPriority: { priority: 'URGENT' } });
  await work.act('ada', it, { addNote: { text: 'A note for @ben' } }, { reply: { text: 'An answer' } });

  for (const colorScheme of ['light', 'dark']) {
    await check(`axe: ${colorScheme}`, async (agents) => {
      const ada = await Agent.open(browser, line, { colorScheme });
      agents.push(ada);
      await axe(ada, 'signing in');
      await ada.signIn(demo.tokens.ada);
      await axe(ada, 'the list');
      await ada.show('all', it.number);
      await until(async () => (await ada.entries()).length > 4, true);
      await axe(ada, 'a conversation');
      for (const [key, name] of [['a', 'Assign'], ['t', 'Tags'], ['s', 'Snooze'], ['b', 'Notifications'], ['?', 'Keys']]) {
        await ada.page.keyboard.press(key);
        const dialog = ada.page.getByRole('dialog', { name });
        await dialog.waitFor();
        await axe(ada, name);
        await ada.page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'hidden' });
      }
      await ada.page.keyboard.press('n');
      await ada.page.keyboard.type('@b');
      await ada.page.getByRole('listbox', { name: 'Whom to mention' }).waitFor();
      await axe(ada, 'a mention');
      await ada.show('closed');
      await ada.page.locator('[data-row]').first().waitFor();
      await axe(ada, 'what is closed');
      await ada.show('mentioned');
      ada.line.cut();
      await ada.page.locator('.connection.lost').waitFor();
      await axe(ada, 'a lost connection');
      ada.line.mend();
      await ada.page.locator('.connection.live').waitFor();
    });
  }

  await check('axe: 360 pixels wide, and nothing is wider', async (agents) => {
    const ada = await Agent.open(browser, line, { viewport: { width: 360, height: 640 }, hasTouch: true });
    agents.push(ada);
    const fits = async () => assert.ok(await ada.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await ada.signIn(demo.tokens.ada);
    await axe(ada, 'the list');
    await fits();
    await ada.page.locator(`[data-number="${it.number}"]`).tap();
    await ada.page.locator('#conversation-title').waitFor();
    await axe(ada, 'a conversation');
    await fits();
    await ada.page.getByRole('button', { name: /^Ben Okafor/ }).tap();
    await ada.page.getByRole('option', { name: /Nobody/ }).tap();
    await ada.page.locator('.entry', { hasText: 'You took Ben Okafor off this.' }).waitFor();
    await ada.page.getByRole('link', { name: 'Back to the list' }).tap();
    await ada.page.locator('[data-row]').first().waitFor();
    await fits();
  });
}
