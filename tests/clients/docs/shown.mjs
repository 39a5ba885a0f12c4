// An answer as a page shows it: `…` stands for anything, within a text too, and as a list's last element for whatever else is in it.
// Data is shown with all its fields; of errors the code is enough.

/** Where the answer differs from what is shown, in words; undefined where it doesn't. */
export function difference(shown, actual, path = 'answer', whole = true) {
  const here = () => `${path} is ${JSON.stringify(actual)}, shown as ${JSON.stringify(shown)}`;
  if (shown === '…' && actual !== null && actual !== undefined) return undefined;
  if (typeof shown === 'string') {
    const parts = shown.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const fits = typeof actual === 'string' && new RegExp(`^${parts.join('.*')}$`, 's').test(actual);
    return fits ? undefined : here();
  }
  if (Array.isArray(shown)) {
    if (!Array.isArray(actual)) return here();
    const more = shown.at(-1) === '…';
    const items = more ? shown.slice(0, -1) : shown;
    if (more ? actual.length < items.length : actual.length !== items.length) return here();
    return first(items, (item, i) => difference(item, actual[i], `${path}[${i}]`, whole));
  }
  if (shown && typeof shown === 'object') {
    if (!actual || typeof actual !== 'object') return here();
    const unshown = whole ? Object.keys(actual).filter((key) => !(key in shown)) : [];
    if (unshown.length) return `${path} has ${unshown.join(', ')} besides what is shown`;
    return first(Object.keys(shown), (key) => difference(shown[key], actual[key], `${path}.${key}`, whole && key !== 'errors'));
  }
  return Object.is(shown, actual) ? undefined : here();
}

function first(items, judge) {
  for (const [i, item] of items.entries()) {
    const found = judge(item, i);
    if (found) return found;
  }
  return undefined;
}
