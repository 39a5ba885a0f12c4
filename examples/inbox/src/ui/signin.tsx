// The first page: a token is pasted, and kept for this tab.
import { useEffect, useRef, useState } from 'preact/hooks';
import { signIn, signingIn, signInProblem } from '../state/session';
import { kept } from '../state/storage';
import { Refusal } from './bits';
import { Icon } from './icon';

export function SignIn() {
  const [token, setToken] = useState(() => kept('token') ?? '');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <main class="sign-in">
      <form
        class="sign-in-card"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim()) void signIn(token.trim());
        }}
      >
        <span class="brand-mark">
          <Icon name="inbox" />
        </span>
        <h1>Inbox</h1>
        <p class="muted">Paste an agent’s token. It is kept in this tab alone, until you close it or sign out.</p>
        <label for="token">Token</label>
        <input
          id="token"
          ref={field}
          type="password"
          autoComplete="off"
          spellcheck={false}
          placeholder="swb_agent_…"
          value={token}
          aria-describedby="token-problem"
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <div id="token-problem">
          <Refusal message={signInProblem.value} />
        </div>
        <button type="submit" class="button primary" disabled={signingIn.value}>
          {signingIn.value ? 'Signing in…' : 'Sign in'}
        </button>
        <p class="muted small">
          <code>switchboard serve --demo</code> prints the tokens of <code>ada</code> and <code>ben</code> when it starts.
        </p>
      </form>
    </main>
  );
}
