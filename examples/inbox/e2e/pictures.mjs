// Pictures for the documentation, only taken when SCREENSHOTS names a folder for them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from './browser.mjs';

const DEMO = '{ conversations(first: 50) { nodes { number timeline(first: 30) { nodes { kind } } } } }';

export default async function ({ demo, browser, check }) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const line = await demo.line();

  await check('pictures', async (agents) => {
    const { conversations } = await demo.ask(demo.tokens.ada, DEMO);
    // One whose note is in sight when it is opened.
    const { number } = conversations.nodes.find(({ timeline }) => timeline.nodes.slice(-5, -1).some(({ kind }) => kind === 'NOTE'));
    for (const [name, options] of [
      ['inbox', { viewport: { width: 1280, height: 800 } }],
      ['inbox-dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
      ['inbox-narrow', { viewport: { width: 390, height: 780 } }],
    ]) {
      const ada = await Agent.open(browser, line, options);
      agents.push(ada);
      await ada.signIn(demo.tokens.ada);
      await ada.show('all', number);
      await ada.page.waitForTimeout(500);
      await ada.page.screenshot({ path: join(folder, `${name}.png`) });
    }
  });
}
