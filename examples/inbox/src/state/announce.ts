// What is said to those who can't see it happen: gathered for a moment, so that nobody is talked over.
import { signal } from '@preact/signals';

export const said = signal('');

let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

export function say(text: string): void {
  waiting.push(text);
  timer ??= setTimeout(() => {
    const [first, ...others] = waiting;
    said.value = others.length > 2 ? `${first} And ${others.length} more.` : waiting.join(' ');
    waiting = [];
    timer = undefined;
  }, 700);
}
