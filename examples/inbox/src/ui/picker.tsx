// A button with a menu of choices: a list that is walked with the arrow keys, with a field to filter it where it may be long.
// One choice closes it at once; what is refused is then said below the button.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Refusal } from './bits';
import { Icon, type IconName } from './icon';

export interface Choice {
  id: string;
  label: string;
  detail?: string;
  group?: string;
  chosen?: boolean;
  lead?: ComponentChildren;
}

interface Props {
  /** By which keys.ts opens it. */
  name: string;
  label: string;
  icon: IconName;
  /** What the button shows of the present state. */
  children?: ComponentChildren;
  class?: string;
  shortcut?: string;
  choices: readonly Choice[];
  /** Several can be chosen, one after another. */
  multiple?: boolean;
  filter?: string;
  refusal?: string;
  disabled?: boolean;
  /** Drawn by its icon alone. */
  quiet?: boolean;
  up?: boolean;
  /** What is refused when it is closed is told elsewhere. */
  toldElsewhere?: boolean;
  onOpen?: () => void;
  onClose?: () => void;
  onPick: (id: string) => Promise<unknown>;
  footer?: (close: () => void) => ComponentChildren;
}

export const openPicker = signal<string | undefined>(undefined);

export function Picker(props: Props) {
  const { name, label, icon, choices, refusal } = props;
  const open = openPicker.value === name;
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const wasOpen = useRef(false);

  useEffect(() => {
    if (open === wasOpen.current) return;
    wasOpen.current = open;
    if (open) props.onOpen?.();
    else {
      props.onClose?.();
      // Only if the focus went away with the menu.
      if (!document.activeElement || document.activeElement === document.body) button.current?.focus();
    }
  }, [open]);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) openPicker.value = undefined;
    };
    addEventListener('pointerdown', outside, true);
    return () => removeEventListener('pointerdown', outside, true);
  }, [open]);

  const close = () => {
    openPicker.value = undefined;
    button.current?.focus();
  };

  return (
    <div class={`picker ${props.class ?? ''}`} ref={box}>
      <button
        ref={button}
        type="button"
        class={props.quiet ? 'button quiet' : 'button'}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-keyshortcuts={props.shortcut}
        disabled={props.disabled}
        title={props.shortcut ? `${label} (${props.shortcut})` : label}
        onClick={() => (openPicker.value = open ? undefined : name)}
      >
        <Icon name={icon} />
        {props.quiet ? <span class="unseen">{label}</span> : <span class="button-text">{props.children ?? label}</span>}
        {!props.quiet && <Icon name="down" class="caret" />}
      </button>
      {open && <Menu {...props} close={close} choices={choices} refusal={refusal} />}
      {!open && refusal && !props.toldElsewhere && (
        <div class="menu bubble">
          <Refusal message={refusal} />
        </div>
      )}
    </div>
  );
}

function Menu({ label, choices, multiple, filter, refusal, up, onPick, footer, close }: Props & { close: () => void }) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(() => (filter ? 0 : Math.max(0, choices.findIndex(({ chosen }) => chosen))));
  const start = useRef<HTMLElement | null>(null);
  const list = useRef<HTMLUListElement | null>(null);

  const menu = useRef<HTMLDivElement>(null);
  const [end, setEnd] = useState(false);

  // It opens towards where there is room.
  useLayoutEffect(() => {
    start.current?.focus({ preventScroll: true });
    const right = menu.current?.getBoundingClientRect().right ?? 0;
    setEnd(right > innerWidth - 12);
  }, [choices.length]);

  const wanted = typed.trim().toLocaleLowerCase();
  const shown = wanted ? choices.filter(({ label: text, detail }) => `${text} ${detail ?? ''}`.toLocaleLowerCase().includes(wanted)) : choices;
  const active = Math.min(at, shown.length - 1);

  useEffect(() => list.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest' }), [active]);

  const pick = async (choice: Choice | undefined) => {
    if (!choice) return;
    // Whoever goes on meanwhile isn't called back by the answer.
    if (!multiple) close();
    await onPick(choice.id);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((active + step + shown.length) % Math.max(1, shown.length));
    else if (event.key === 'Home' && !filter) setAt(0);
    else if (event.key === 'End' && !filter) setAt(shown.length - 1);
    else if (event.key === 'Enter' || (event.key === ' ' && !filter)) void pick(shown[active]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const listbox = {
    id,
    ref: list,
    role: 'listbox' as const,
    'aria-label': label,
    'aria-multiselectable': multiple,
    // A choice that is clicked doesn't take the focus from where the keys are.
    onMouseDown: (event: MouseEvent) => event.preventDefault(),
  };
  const both = (element: HTMLUListElement | null) => {
    list.current = element;
    start.current = element;
  };
  const option = (i: number) => `${id}-${i}`;
  const walks = { 'aria-activedescendant': shown.length ? option(active) : undefined, onKeyDown };

  const items = shown.map((choice, i) => (
    <>
      {choice.group && choice.group !== shown[i - 1]?.group && (
        <li class="group" role="presentation">
          {choice.group}
        </li>
      )}
      <li
        key={choice.id}
        id={option(i)}
        role="option"
        class={`choice ${i === active ? 'active' : ''}`}
        aria-selected={choice.chosen ?? false}
        onPointerMove={() => setAt(i)}
        onClick={() => void pick(choice)}
      >
        {choice.lead}
        <span class="choice-label">{choice.label}</span>
        {choice.detail && <span class="choice-detail">{choice.detail}</span>}
        {choice.chosen && <Icon name="check" class="chosen" />}
      </li>
    </>
  ));

  return (
    <div
      ref={menu}
      class={`menu ${up ? 'up' : ''} ${end ? 'end' : ''}`}
      role="dialog"
      aria-label={label}
      data-own-keys
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
      onFocusOut={(event) => {
        const to = event.relatedTarget as Node | null;
        if (to && !event.currentTarget.contains(to)) openPicker.value = undefined;
      }}
    >
      {filter ? (
        <>
          <input
            ref={start as never}
            class="filter"
            type="text"
            role="combobox"
            aria-expanded="true"
            aria-controls={id}
            aria-autocomplete="list"
            aria-label={filter}
            placeholder={filter}
            autoComplete="off"
            spellcheck={false}
            value={typed}
            onInput={(event) => (setTyped(event.currentTarget.value), setAt(0))}
            {...walks}
          />
          <ul {...listbox}>{items}</ul>
        </>
      ) : (
        <ul {...listbox} ref={both} tabIndex={0} {...walks}>
          {items}
        </ul>
      )}
      {shown.length === 0 && <p class="none">Nothing found</p>}
      <Refusal message={refusal} />
      {footer?.(close)}
    </div>
  );
}
