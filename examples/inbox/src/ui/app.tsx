// The page: signed out, or the desk.
import { useEffect } from 'preact/hooks';
import { said } from '../state/announce';
import { opened } from '../state/route';
import { session, signOut, type Session } from '../state/session';
import { forgetDrafts } from '../state/drafts';
import { Avatar } from './bits';
import { ConnectionDot } from './connection';
import { ConversationPane } from './conversation';
import { Help, helpOpen } from './help';
import { Icon } from './icon';
import { listen } from './keys';
import { ListPane } from './list';
import { Bell } from './notices';
import { Places, titleOf } from './places';
import { SignIn } from './signin';

export function App() {
  const now = session.value;
  return (
    <>
      {now ? <DeskPage session={now} key={now.viewer.id} /> : <SignIn />}
      <div class="unseen" aria-live="polite" role="status">
        {said.value}
      </div>
    </>
  );
}

function DeskPage({ session: now }: { session: Session }) {
  const { desk, viewer } = now;
  const list = desk.list.value;
  const unread = desk.notices.unread.value;
  useEffect(() => listen(now), [now]);
  useEffect(() => {
    const title = titleOf(list.place, desk);
    document.title = `${unread === 0 ? '' : `(${unread ?? '10,000+'}) `}${opened.value ? `#${opened.value} · ` : ''}${title} · Inbox`;
  });
  return (
    <div class={`desk ${opened.value === undefined ? 'at-list' : 'at-conversation'}`}>
      <header class="topbar">
        <span class="brand">
          <span class="brand-mark">
            <Icon name="inbox" />
          </span>
          <h1 class="brand-name">Inbox</h1>
        </span>
        <ConnectionDot />
        <span class="grow" />
        <button type="button" class="button quiet help-button" aria-keyshortcuts="?" title="Keys (?)" onClick={() => (helpOpen.value = true)}>
          <kbd aria-hidden="true">?</kbd>
          <span class="unseen">Keys</span>
        </button>
        <Bell notices={desk.notices} />
        <span class="me" title={`${viewer.name}, @${viewer.handle}`}>
          <Avatar name={viewer.name} small />
          <span class="me-name">{viewer.name}</span>
        </span>
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            forgetDrafts();
            signOut();
          }}
        >
          Sign out
        </button>
      </header>
      <Places desk={desk} />
      <main class="panes">
        <ListPane list={list} />
        <ConversationPane state={desk.conversation.value} key={desk.conversation.value?.number} />
      </main>
      <Help />
    </div>
  );
}
