// Runs a program of a page, as it stands but for the server's address, until it ends or, where it follows along, has said something.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = fileURLToPath(new URL('../node_modules', import.meta.url));
/** Signs of life that mean nothing, and the bytes before the first event. */
const SAID = /[{[\w]/;

/** `{ printed, problem }`: what it printed, and what went wrong, if anything did. */
export async function run({ language, text }, base, env, seconds) {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-docs-'));
  symlinkSync(PACKAGES, join(directory, 'node_modules'));
  const code = text.replaceAll('http://127.0.0.1:8080', base).replaceAll('ws://127.0.0.1:8080', base.replace(/^http/, 'ws'));
  const file = join(directory, language === 'js' ? 'page.mjs' : 'page.sh');
  writeFileSync(file, code);
  const child = spawn(language === 'js' ? process.execPath : 'bash', [file], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = once(child, 'exit');
  let printed = '';
  let complained = '';
  child.stderr.on('data', (data) => (complained += data));
  // Who follows along never ends by itself: what was said within a moment after the first word is enough.
  const said = new Promise((done) => child.stdout.on('data', (data) => SAID.test((printed += data)) && setTimeout(done, 1500)));
  const late = new Promise((done) => setTimeout(done, seconds * 1000).unref());
  await Promise.race([exited, said, late]);
  const { exitCode } = child;
  if (exitCode === null) process.kill(-child.pid, 'SIGKILL');
  await exited;
  rmSync(directory, { recursive: true, force: true });
  if (exitCode) return { printed, problem: `it ended with ${exitCode}: ${complained || printed}` };
  if (!SAID.test(printed)) return { printed, problem: `it printed nothing in ${seconds} s: ${complained}` };
  return { printed };
}
