// The keys, and whether single ones count.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

export const helpOpen = signal(false);

const STORED = 'switchboard:inbox:single-keys';

function stored(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
}

/** Who dictates, or leans on the keyboard, can switch them off. */
export const singleKeys = signal(stored());

const KEYS: readonly [title: string, keys: readonly [key: string, does: string][]][] = [
  [
    'Going about',
    [
      ['j  k', 'next and previous in the list; the arrow keys too'],
      ['Enter', 'open'],
      ['Esc', 'back: out of a menu, the text, the conversation'],
      ['1 … 8', 'the views, from Mine to Spam'],
      ['b', 'notifications'],
    ],
  ],
  [
    'The open conversation',
    [
      ['r', 'reply'],
      ['n', 'internal note; @ mentions'],
      ['a', 'assign'],
      ['m', 'take it'],
      ['t', 'tags'],
      ['p', 'priority'],
      ['s', 'snooze'],
      ['w', 'wake'],
      ['e', 'close'],
      ['o', 'reopen'],
      ['f', 'follow, or stop following'],
      ['u', 'mark as unread'],
    ],
  ],
  [
    'Writing',
    [
      ['Ctrl Enter', 'send'],
      ['Ctrl Shift Enter', 'send and close'],
    ],
  ],
];

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      data-own-keys
      onClose={() => (helpOpen.value = false)}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="help-inside">
        <header>
          <h2 id="help-title">Keys</h2>
          <form method="dialog">
            <button class="button" autofocus>
              Close
            </button>
          </form>
        </header>
        <div class="help-columns">
          {KEYS.map(([title, keys]) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {keys.map(([key, does]) => (
                  <div key={key}>
                    <dt>
                      {key.split(' ').filter(Boolean).map((one) => (one === '…' ? ' to ' : <kbd>{one}</kbd>))}
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <label class="switch">
          <input
            type="checkbox"
            checked={singleKeys.value}
            onChange={(event) => {
              singleKeys.value = event.currentTarget.checked;
              try {
                localStorage.setItem(STORED, singleKeys.value ? 'on' : 'off');
              } catch {
                // It counts until the page is left.
              }
            }}
          />
          Single keys do something
        </label>
      </div>
    </dialog>
  );
}
