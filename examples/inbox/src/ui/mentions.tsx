// Whom an @ in a note could mean: agents by their handle, teams by their slug.
import type { Directory } from '../state/desk';
import { Avatar } from './bits';
import { Icon } from './icon';

export interface Meant {
  key: string;
  name: string;
  handle: string;
  team: boolean;
}

export interface Asking {
  /** Where its @ stands in the text. */
  from: number;
  typed: string;
}

/** The name that is being written at the caret, if one is. */
export function asking(text: string, caret: number): Asking | undefined {
  const found = /(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u.exec(text.slice(0, caret));
  return found ? { from: caret - found[1]!.length - 1, typed: found[1]!.toLocaleLowerCase() } : undefined;
}

export function meant({ agents, teams }: Directory, { typed }: Asking): Meant[] {
  const all = [
    ...agents.map(({ id, name, handle }) => ({ key: id, name, handle, team: false })),
    ...teams.map(({ id, name, slug }) => ({ key: id, name, handle: slug, team: true })),
  ];
  const fits = ({ name, handle }: Meant) => handle.startsWith(typed) || name.toLocaleLowerCase().split(' ').some((word) => word.startsWith(typed));
  return all.filter(fits).slice(0, 6);
}

export function MentionList({ id, all, active, onPick }: { id: string; all: Meant[]; active: number; onPick: (one: Meant) => void }) {
  return (
    <ul class="menu up mentions" id={id} role="listbox" aria-label="Whom to mention">
      {all.map((one, i) => (
        <li
          key={one.key}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === active}
          class={`choice ${i === active ? 'active' : ''}`}
          // Before the text loses the focus.
          onPointerDown={(event) => (event.preventDefault(), onPick(one))}
        >
          {one.team ? <Icon name="team" /> : <Avatar name={one.name} small />}
          <span class="choice-label">{one.name}</span>
          <span class="choice-detail">@{one.handle}</span>
        </li>
      ))}
    </ul>
  );
}
