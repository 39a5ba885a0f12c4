// How the connection is: a dot and a word. A short break isn't worth one.
import { useEffect, useState } from 'preact/hooks';
import { link, tryNow } from '../api/link';
import { say } from '../state/announce';

const WORDS = { connecting: 'Connecting…', live: 'Live', lost: 'Reconnecting…', offline: 'Offline' };
const PATIENCE = 1_200;

export function ConnectionDot() {
  const now = link.value;
  const [shown, setShown] = useState(now);

  useEffect(() => {
    if (now === 'live') {
      if (shown === 'lost' || shown === 'offline') say('Connected again. Nothing was missed.');
      setShown(now);
      return;
    }
    const timer = setTimeout(() => {
      setShown(now);
      if (now !== 'connecting') say('The connection is lost. It is tried again by itself.');
    }, shown === 'live' ? PATIENCE : 0);
    return () => clearTimeout(timer);
  }, [now]);

  return (
    <span class={`connection ${shown}`} data-link={now}>
      <span class="dot" aria-hidden="true" />
      <span class="connection-word">{WORDS[shown]}</span>
      {(shown === 'lost' || shown === 'offline') && (
        <button type="button" class="link" onClick={tryNow}>
          Try now
        </button>
      )}
    </span>
  );
}
