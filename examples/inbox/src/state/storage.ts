// What survives a reload of this tab, and nothing longer: sessionStorage, or memory where it is forbidden.
// The explorer may be another page of the same origin, and keeps its own as `switchboard:`.
const memory = new Map<string, string>();
const PREFIX = 'switchboard:inbox:';

export function kept(key: string): string | undefined {
  try {
    return sessionStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    return memory.get(key);
  }
}

export function keep(key: string, value: string | undefined): void {
  try {
    if (value === undefined) sessionStorage.removeItem(PREFIX + key);
    else sessionStorage.setItem(PREFIX + key, value);
  } catch {
    if (value === undefined) memory.delete(key);
    else memory.set(key, value);
  }
}

export function forgetAll(): void {
  memory.clear();
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // It kept nothing.
  }
}
