// The choices of when to come back: the presets with the times that the server means by them, the customer's reply, or any time.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { SnoozePresetsDocument, type SnoozePreset, type SnoozeUntilInput } from '../gql';
import type { Desk } from '../state/desk';
import { PRESETS } from '../words/names';
import { dayAndClock, instantAt, wall } from '../words/times';
import { zone } from './bits';
import { Icon, type IconName } from './icon';
import { Picker } from './picker';

interface Props {
  desk: Desk;
  name: string;
  label: string;
  icon: IconName;
  shortcut?: string;
  up?: boolean;
  toldElsewhere?: boolean;
  disabled?: boolean;
  refusal?: string;
  onClose?: () => void;
  children?: ComponentChildren;
  onPick: (until: SnoozeUntilInput) => Promise<boolean>;
}

type Presets = readonly { preset: SnoozePreset; until: string }[];

export function SnoozePicker({ desk, onPick, children, ...props }: Props) {
  const [presets, setPresets] = useState<Presets>([]);
  const [problem, setProblem] = useState<string>();

  const read = () => {
    setProblem(undefined);
    desk.connection.ask(SnoozePresetsDocument, {}).then(
      ({ snoozePresets }) => setPresets(snoozePresets),
      (error: Error) => setProblem(error.message),
    );
  };
  const choices = [
    ...presets.map(({ preset, until }) => ({ id: preset, label: PRESETS[preset], detail: dayAndClock(until, zone()) })),
    { id: 'customer', label: 'Until the customer writes' },
  ];
  const pick = (id: string) => onPick(id === 'customer' ? { customerReplies: true } : { preset: id as SnoozePreset });

  return (
    <Picker
      {...props}
      refusal={props.refusal ?? problem}
      choices={choices}
      onOpen={read}
      onPick={pick}
      footer={(close) => <AnyTime onPick={(at) => onPick({ at }).then((done) => done && close())} />}
    >
      {children}
    </Picker>
  );
}

function AnyTime({ onPick }: { onPick: (at: string) => Promise<unknown> }) {
  const [at, setAt] = useState(() => `${wall(Date.now() + 2 * 86_400_000, zone()).slice(0, 10)}T09:00`);
  return (
    <form
      class="any-time"
      onSubmit={(event) => {
        event.preventDefault();
        if (at) void onPick(instantAt(at, zone()).toISOString());
      }}
    >
      <label>
        <span>At another time ({zone()})</span>
        <input type="datetime-local" required value={at} onInput={(event) => setAt(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button">
        <Icon name="moon" />
        <span>Snooze</span>
      </button>
    </form>
  );
}
