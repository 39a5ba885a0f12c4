// The keyboard: what single keys do while nothing is being written.
import type { ConversationActionKind } from '../gql';
import type { Session } from '../state/session';
import { go, opened, place } from '../state/route';
import { startWriting } from './composer';
import { helpOpen, singleKeys } from './help';
import { noticesOpen } from './notices';
import { openPicker } from './picker';
import { NAMES } from './places';
import { actOn } from './toolbar';

const MENUS: Record<string, { name: string; needs?: ConversationActionKind }> = {
  a: { name: 'assign', needs: 'ASSIGN' },
  p: { name: 'priority', needs: 'SET_PRIORITY' },
  s: { name: 'snooze', needs: 'SNOOZE' },
  t: { name: 'tags' },
};

export function listen({ desk, viewer }: Session): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    const at = event.target as HTMLElement;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (at.closest('input, textarea, select, [contenteditable], [data-own-keys]')) return;
    const done = event.key.length === 1 && !singleKeys.value ? false : press(event.key, at);
    if (done) event.preventDefault();
  };

  const press = (key: string, at: HTMLElement): boolean => {
    switch (key) {
      case 'j':
        return step(1);
      case 'k':
        return step(-1);
      case 'ArrowDown':
      case 'ArrowUp':
        // The timeline scrolls by them.
        return !at.closest('.conversation') && step(key === 'ArrowDown' ? 1 : -1);
      case 'Home':
      case 'End':
        return at.closest('.list') ? to(key === 'Home' ? 0 : Infinity) : false;
      case 'Escape':
        return leave();
      case '?':
        helpOpen.value = true;
        return true;
      case 'b':
        noticesOpen.value = true;
        return true;
    }
    const name = /^[1-9]$/.test(key) ? NAMES[Number(key) - 1] : undefined;
    if (name) {
      go(name);
      requestAnimationFrame(() => document.getElementById('list-title')?.focus());
      return true;
    }
    return onConversation(key);
  };

  const onConversation = (key: string): boolean => {
    const state = desk.conversation.value;
    const head = state?.head.value;
    if (!state || !head) return false;
    const act = actOn(state);
    const menu = MENUS[key];
    if (menu) {
      if (!menu.needs || head.availableActions.includes(menu.needs)) openPicker.value = menu.name;
      return true;
    }
    switch (key) {
      case 'r':
        startWriting(state, 'reply');
        return true;
      case 'n':
        startWriting(state, 'note');
        return true;
      case 'm':
        void act('toolbar', { assign: { assigneeId: viewer.id } });
        return true;
      case 'e':
        void act('toolbar', { close: true });
        return true;
      case 'o':
        void act('toolbar', { reopen: true });
        return true;
      case 'w':
        void act('toolbar', { wake: true });
        return true;
      case 'f':
        void state.follow('toolbar', head.viewerFollow !== 'FOLLOWING');
        return true;
      case 'u':
        void state.setUnread('toolbar', true);
        return true;
    }
    return false;
  };

  const rows = () => [...document.querySelectorAll<HTMLElement>('[data-row]')];

  const step = (by: number): boolean => {
    const all = rows();
    const focused = all.indexOf(document.activeElement as HTMLElement);
    const current = focused >= 0 ? focused : all.findIndex((row) => row.getAttribute('aria-current'));
    return to(current < 0 ? 0 : current + by);
  };

  const to = (index: number): boolean => {
    const all = rows();
    if (index >= all.length) void desk.list.value.readMore();
    const row = all[Math.max(0, Math.min(index, all.length - 1))];
    row?.focus();
    row?.scrollIntoView({ block: 'nearest' });
    return row !== undefined;
  };

  const leave = (): boolean => {
    if (openPicker.value) {
      openPicker.value = undefined;
      return true;
    }
    const number = opened.value;
    if (number === undefined) return false;
    go(place.value.name);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-number="${number}"]`)?.focus());
    return true;
  };

  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}
