// Writing: to the customer, or a note to the team. What is written survives a reload.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { AfterReplyInput, ConversationActionInput } from '../gql';
import { say } from '../state/announce';
import type { ConversationState, Head } from '../state/conversation';
import { answered, attempt, draftOf, write, type Mode } from '../state/drafts';
import { customerName } from '../words/names';
import { Refusal } from './bits';
import { Icon } from './icon';
import { asking, meant, MentionList, type Asking, type Meant } from './mentions';
import { SnoozePicker } from './snooze';

const TEXT = 'composer-text';

/** For the keys r and n. */
export function startWriting(state: ConversationState, mode: Mode): void {
  const head = state.head.value;
  if (!head) return;
  write(state.desk.viewer.id, head.id, { mode });
  // The same field for both, so that whoever types on at once types into it.
  document.getElementById(TEXT)?.focus();
}

export function Composer({ state, head }: { state: ConversationState; head: Head }) {
  const { desk } = state;
  const mayReply = head.availableActions.includes('REPLY');
  const mayNote = head.availableActions.includes('ADD_NOTE');
  const draft = draftOf(desk.viewer.id, head.id).value;
  const mode: Mode = draft.mode === 'reply' && !mayReply ? 'note' : draft.mode;
  const text = draft[mode];
  const area = useRef<HTMLTextAreaElement>(null);
  const names = useMentions(state, mode, area, (changed) => setText(changed));
  const [told, setTold] = useState<string>();
  const refusalId = useId();
  const sending = state.busy.value === 'composer';
  const refusal = state.refusals.value.composer;

  const setText = (changed: string) => write(desk.viewer.id, head.id, { [mode]: changed });

  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [text, mode]);

  const send = async (action: ConversationActionInput): Promise<boolean> => {
    const outcome = await state.act('composer', ({ id, version }) => {
      const { idempotencyKey, expectedVersion } = attempt(id, JSON.stringify(action), version);
      // A note is right whatever has happened; an answer may not be.
      return { actions: [action], idempotencyKey, expectedVersion: mode === 'reply' ? expectedVersion : undefined };
    });
    if (outcome !== 'unheard') answered(head.id);
    if (outcome !== 'done') return false;
    setText('');
    setTold(mode === 'note' ? unreachable(state) : undefined);
    say(mode === 'note' ? 'Note added.' : 'Reply sent.');
    return true;
  };
  const empty = text.trim() === '';
  const reply = (then?: AfterReplyInput) => send({ reply: { text, then } });
  const submit = () => {
    if (empty || sending) return area.current?.focus();
    void (mode === 'note' ? send({ addNote: { text } }) : reply());
    area.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (names.onKeyDown(event)) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (event.shiftKey && mode === 'reply' && !empty) void reply({ close: true });
      else submit();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      document.getElementById('conversation-title')?.focus();
    }
  };

  if (!mayReply && !mayNote) return null;
  const label = mode === 'note' ? 'Internal note' : `Reply to ${customerName(head)}`;
  return (
    <form class={`composer ${mode}`} aria-label="Write" onSubmit={(event) => (event.preventDefault(), submit())}>
      <div class="modes" role="group" aria-label="What to write">
        {mayReply && <ModeButton mode="reply" now={mode} icon="reply" label="Reply" shortcut="r" onPick={() => startWriting(state, 'reply')} />}
        {mayNote && <ModeButton mode="note" now={mode} icon="lock" label="Note" shortcut="n" onPick={() => startWriting(state, 'note')} />}
        <span class="modes-hint">{mode === 'note' ? 'Only your team sees this' : `To ${customerName(head)}`}</span>
      </div>
      <div class="writing">
        <textarea
          id={TEXT}
          ref={area}
          rows={2}
          readOnly={sending}
          aria-label={label}
          aria-describedby={refusal ? refusalId : undefined}
          aria-keyshortcuts={mode === 'note' ? 'n' : 'r'}
          placeholder={mode === 'note' ? 'Write a note. @ mentions a colleague or a team.' : 'Write a reply'}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setTold(undefined);
            state.forget('composer');
            names.look();
          }}
          onKeyDown={onKeyDown}
          onBlur={names.leave}
          onClick={names.look}
          {...names.area}
        />
        {names.list}
      </div>
      <Refusal message={refusal} id={refusalId} />
      {told && (
        <p class="told" role="status">
          {told}
        </p>
      )}
      <div class="sends">
        <button type="submit" class="button primary" disabled={empty || sending}>
          {mode === 'note' ? 'Add note' : 'Send'}
        </button>
        {mode === 'reply' && (
          <>
            <button type="button" class="button" disabled={empty || sending} onClick={() => void reply({ close: true })}>
              <Icon name="check" />
              <span>
                <span class="longer">Send </span>and close
              </span>
            </button>
            <SnoozePicker
              desk={desk}
              name="send-and-snooze"
              label="Send and snooze"
              icon="moon"
              up
              disabled={empty || sending}
              refusal={refusal}
              toldElsewhere
              onPick={(until) => reply({ snooze: { until } })}
            >
              <span class="longer">Send </span>and snooze
            </SnoozePicker>
          </>
        )}
        <kbd class="send-hint" aria-hidden="true">
          Ctrl ↵
        </kbd>
      </div>
    </form>
  );
}

interface ModeProps {
  mode: Mode;
  now: Mode;
  icon: 'reply' | 'lock';
  label: string;
  shortcut: string;
  onPick: () => void;
}

function ModeButton({ mode, now, icon, label, shortcut, onPick }: ModeProps) {
  return (
    <button type="button" class="mode" aria-pressed={mode === now} aria-keyshortcuts={shortcut} title={`${label} (${shortcut})`} onClick={onPick}>
      <Icon name={icon} />
      {label}
    </button>
  );
}

/** Who was named in the last note and can't see it. */
function unreachable(state: ConversationState): string | undefined {
  const note = state.entries.value.findLast((entry) => entry.__typename === 'Note');
  if (note?.__typename !== 'Note') return undefined;
  const names = note.mentions.flatMap((mention) => mention.unreachable.map(({ name }) => name));
  return names.length ? `Not told, since they can’t see this conversation: ${[...new Set(names)].join(', ')}.` : undefined;
}

/** The list of names while an @ is being written. The text keeps the focus. */
function useMentions(state: ConversationState, mode: Mode, area: { current: HTMLTextAreaElement | null }, setText: (text: string) => void) {
  const id = useId();
  const [now, setNow] = useState<Asking>();
  const [active, setActive] = useState(0);
  const all = mode === 'note' && now ? meant(state.desk.directory.value, now) : [];
  const open = all.length > 0;

  const look = () => {
    const element = area.current;
    setActive(0);
    setNow(element ? asking(element.value, element.selectionStart) : undefined);
  };
  const pick = (one: Meant) => {
    const element = area.current;
    if (!element || !now) return;
    const { value, selectionStart } = element;
    // At once, so that whoever types on doesn't find the caret moved.
    element.setRangeText(`@${one.handle} `, now.from, selectionStart + (value[selectionStart] === ' ' ? 1 : 0), 'end');
    element.focus();
    setText(element.value);
    setNow(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!open || event.ctrlKey || event.metaKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setActive((active + step + all.length) % all.length);
    else if (event.key === 'Enter' || event.key === 'Tab') pick(all[active]!);
    else if (event.key === 'Escape') setNow(undefined);
    else return false;
    event.preventDefault();
    return true;
  };
  return {
    look,
    leave: () => setNow(undefined),
    onKeyDown,
    area: {
      'aria-autocomplete': mode === 'note' ? ('list' as const) : undefined,
      'aria-controls': open ? id : undefined,
      'aria-activedescendant': open ? `${id}-${active}` : undefined,
    },
    list: open ? <MentionList id={id} all={all} active={active} onPick={pick} /> : null,
  };
}
