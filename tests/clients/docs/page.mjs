// One page of the documentation, taken apart: fenced blocks with the words before them, links, headings, inline code.
import { readFileSync, readdirSync } from 'node:fs';

export const ROOT = new URL('../../../', import.meta.url);

/** README.md, everything below docs/, and what the examples say of themselves, in order. */
export function pages() {
  const below = (folder) => readdirSync(new URL(folder, ROOT), { recursive: true }).map((name) => `${folder}${name}`);
  const found = ['docs/', 'examples/'].flatMap(below).filter((name) => name.endsWith('.md') && !name.includes('node_modules/'));
  return ['README.md', ...found.sort()].map((file) => new Page(file));
}

export class Page {
  /** `{ language, text, line, before }`: the code without its indentation, and the words since the block before. */
  blocks = [];
  /** `{ text, level }` */
  headings = [];
  /** The words alone, a line each; code leaves empty lines. */
  #words = [];

  constructor(file) {
    this.file = file;
    const lines = readFileSync(new URL(file, ROOT), 'utf8').split('\n');
    let open;
    let before = [];
    for (const [i, line] of lines.entries()) {
      const fence = line.match(/^(\s*)```(\S*)\s*$/);
      this.#words.push('');
      if (open && fence) {
        this.blocks.push({ ...open, text: open.lines.join('\n') });
        open = undefined;
        before = [];
      } else if (open) {
        open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart());
      } else if (fence) {
        open = { language: fence[2], indent: fence[1], line: i + 1, before: before.join('\n'), lines: [] };
      } else {
        this.#words[i] = line;
        before.push(line);
        const heading = line.match(/^(#+)\s+(.*)$/);
        if (heading) this.headings.push({ level: heading[1].length, text: heading[2] });
      }
    }
    if (open) throw new Error(`${file}:${open.line}: the block isn't closed`);
  }

  /** What stands in backticks among the words: `{ text, line }`. */
  get code() {
    return this.#found(/`([^`]+)`/g, (line) => line);
  }

  /** The targets of links: `{ text, line }`. */
  get links() {
    return this.#found(/\]\(([^)\s]+)\)/g, (line) => line.replace(/`[^`]*`/g, ''));
  }

  /** What can stand behind `#` in a link to this page, as GitHub makes it. */
  get anchors() {
    const seen = new Map();
    return new Set(
      this.headings.map(({ text }) => {
        const words = text.replace(/`/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
        const slug = words.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
        const times = seen.get(slug) ?? 0;
        seen.set(slug, times + 1);
        return times ? `${slug}-${times}` : slug;
      }),
    );
  }

  #found(pattern, prepared) {
    return this.#words.flatMap((line, i) => [...prepared(line).matchAll(pattern)].map(([, text]) => ({ text, line: i + 1 })));
  }
}
