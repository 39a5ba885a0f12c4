// Waits until something becomes so; tells what it was last if it doesn't.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';

export async function until(what, expected, milliseconds = 15_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const actual = await what();
    try {
      assert.deepEqual(actual, typeof expected === 'function' ? await expected() : expected);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await wait(60);
  }
}
