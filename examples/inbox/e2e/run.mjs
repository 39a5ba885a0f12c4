// The inbox in real Chromium against the real binary: two agents, one acts, the other sees it; a connection is cut, and nothing is
// missed; the keyboard alone; and what a screen reader would meet.
//
//   SWITCHBOARD_BINARY  the program; it is started with --demo on a database that goes away again
//   CHROMIUM            the browser; default /usr/bin/chromium
//   SCREENSHOTS         a folder for pictures; none without it
//
// Run `npm run build` first. The last line says "N passed, M failed"; exit 1 on any failure.
import { existsSync } from 'node:fs';
import { launch } from './browser.mjs';
import { Demo } from './demo.mjs';
import { Work } from './work.mjs';
import accessible from './accessible.mjs';
import cut from './cut.mjs';
import keyboard from './keyboard.mjs';
import pictures from './pictures.mjs';
import signing from './signing.mjs';
import together from './together.mjs';

const binary = process.env.SWITCHBOARD_BINARY;
if (!binary) {
  console.error('SWITCHBOARD_BINARY is not set: give the program, for example ../../target/debug/switchboard');
  process.exit(2);
}
if (!existsSync(new URL('../dist/index.html', import.meta.url))) {
  console.error('dist/ is not there: npm run build');
  process.exit(2);
}

const demo = new Demo(binary);
let browser;
let passed = 0;
let failed = 0;

/** Runs one check with agents of its own, who are closed after it and must have had nothing to complain of. */
async function check(title, run) {
  const agents = [];
  let timer;
  try {
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error('not done after 90 s')), 90_000)));
    await Promise.race([run(agents), late]);
    const complaints = agents.flatMap((agent) => agent.complaints);
    if (complaints.length) throw new Error(complaints.join('\n'));
    passed += 1;
    console.log(`ok ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${title}\n  ${error.stack ?? error}`);
  } finally {
    clearTimeout(timer);
    for (const agent of agents) await agent.context.close();
  }
}

try {
  await demo.start('--demo');
  browser = await launch();
  const work = new Work(demo);
  await work.setUp();
  const only = process.argv[2];
  const suites = { pictures, signing, together, keyboard, accessible, cut };
  for (const [name, suite] of Object.entries(suites)) if (!only || only === name) await suite({ demo, browser, work, check });
} finally {
  await browser?.close();
  await demo.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
