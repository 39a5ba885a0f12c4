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

/** Tells what moves from now on: animations by their name, transitions by what they change. */
async function watchMotion({ page }) {
  await page.evaluate(() => {
    window.moved = [];
    addEventListener('animationstart', ({ animationName }) => window.moved.push(animationName), true);
    addEventListener('transitionrun', () => window.moved.push('a transition'), true);
  });
  return async () => [...new Set(await page.evaluate(() => window.moved))].sort();
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

  const MOTION = ['a transition', 'arrive', 'breathe', 'open'];
  for (const [reducedMotion, expected] of [['no-preference', MOTION], ['reduce', []]]) {
    await check(`motion: ${reducedMotion}`, async (agents) => {
      const ada = await Agent.open(browser, line, { reducedMotion });
      agents.push(ada);
      const motion = await watchMotion(ada);
      await ada.signIn(demo.tokens.ada);
      await ada.show('all', it.number);
      await until(async () => (await ada.entries()).length > 4, true);
      const arrived = await work.arrives('Something moves');
      await ada.page.locator(`[data-number="${arrived.number}"].fresh`).waitFor();
      const button = ada.page.getByRole('button', { name: /^Ben Okafor/ });
      await button.hover();
      await button.click();
      await ada.page.getByRole('option', { name: /Nobody/ }).waitFor();
      const smooth = () => [...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).scrollBehavior !== 'auto').map(({ className }) => className);
      assert.deepEqual(await ada.page.evaluate(smooth), []);
      ada.line.cut();
      await ada.page.locator('.connection.lost').waitFor();
      if (reducedMotion === 'reduce') assert.equal(await ada.page.evaluate(() => document.getAnimations().length), 0);
      // Events come with the next frame.
      await ada.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      assert.deepEqual(await motion(), expected);
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
