// What can be done to the open conversation, as far as the server offers it.
import type { ConversationActionInput, ConversationActionKind, Priority } from '../gql';
import type { ConversationState, Head } from '../state/conversation';
import { PRIORITIES } from '../words/names';
import { Avatar, Refusal } from './bits';
import { Icon, type IconName } from './icon';
import { Picker, type Choice } from './picker';
import { SnoozePicker } from './snooze';

export type Act = (where: string, action: ConversationActionInput) => Promise<boolean>;

/** Ending it is refused if something has happened that one hasn't seen. */
const CAREFUL: readonly string[] = ['close', 'markAsSpam', 'snooze'];

export function actOn(state: ConversationState): Act {
  return async (where, action) => {
    const careful = Object.keys(action).some((key) => CAREFUL.includes(key));
    return (await state.act(where, ({ version }) => ({ actions: [action], expectedVersion: careful ? version : undefined }))) === 'done';
  };
}

export function Toolbar({ state, head }: { state: ConversationState; head: Head }) {
  const act = actOn(state);
  const may = (kind: ConversationActionKind) => head.availableActions.includes(kind);
  const refusal = (where: string) => state.refusals.value[where];
  const forget = (where: string) => () => state.forget(where);

  return (
    <>
      {refusal('toolbar') && (
        <div class="toolbar-refusal">
          <Refusal message={refusal('toolbar')} />
        </div>
      )}
      <div class="toolbar" role="group" aria-label="What to do with it">
        <Assign state={state} head={head} act={act} />
        <Picker
          name="priority"
          label="Priority"
          icon="flag"
          shortcut="p"
          refusal={refusal('priority')}
          onClose={forget('priority')}
          disabled={!may('SET_PRIORITY')}
          choices={[
            ...(['URGENT', 'HIGH', 'MEDIUM', 'LOW'] as const).map((id) => ({ id, label: PRIORITIES[id], chosen: head.priority === id })),
            { id: 'none', label: 'No priority', chosen: !head.priority },
          ]}
          onPick={(id) => act('priority', { setPriority: { priority: id === 'none' ? null : (id as Priority) } })}
        >
          {head.priority ? PRIORITIES[head.priority] : 'Priority'}
        </Picker>
        <Tags state={state} head={head} act={act} />
        {may('SNOOZE') && (
          <SnoozePicker
            desk={state.desk}
            name="snooze"
            label="Snooze"
            icon="moon"
            shortcut="s"
            refusal={refusal('snooze')}
            onClose={forget('snooze')}
            onPick={(until) => act('snooze', { snooze: { until } })}
          />
        )}
        {may('WAKE') && <Simple icon="sun" label="Wake" shortcut="w" onClick={() => act('toolbar', { wake: true })} />}
        {may('CLOSE') && <Simple icon="check" label="Close" shortcut="e" onClick={() => act('toolbar', { close: true })} />}
        {may('REOPEN') && <Simple icon="open" label="Reopen" shortcut="o" onClick={() => act('toolbar', { reopen: true })} />}
        {may('RESTORE_FROM_SPAM') && (
          <Simple icon="open" label="Restore" onClick={() => act('toolbar', { restoreFromSpam: { unblockSender: head.customer.blocked } })} />
        )}
        <More state={state} head={head} act={act} />
      </div>
    </>
  );
}

function Simple({ icon, label, shortcut, onClick }: { icon: IconName; label: string; shortcut?: string; onClick: () => unknown }) {
  return (
    <button type="button" class="button" aria-keyshortcuts={shortcut} title={shortcut && `${label} (${shortcut})`} onClick={onClick}>
      <Icon name={icon} />
      <span class="button-text">{label}</span>
    </button>
  );
}

interface Props {
  state: ConversationState;
  head: Head;
  act: Act;
}

function Assign({ state, head, act }: Props) {
  const { viewer, directory } = state.desk;
  const { agents, teams } = directory.value;
  const agent = (one: (typeof agents)[number], label = one.name): Choice => ({
    id: one.id,
    label,
    detail: one.availability === 'AWAY' ? 'away' : `@${one.handle}`,
    group: 'People',
    chosen: head.assignee?.id === one.id,
    lead: <Avatar name={one.name} small />,
  });
  const me = agents.filter(({ id }) => id === viewer.id).map((one) => agent(one, `Me, ${one.name}`));
  const choices: Choice[] = [
    ...me,
    ...agents.filter(({ id }) => id !== viewer.id).map((one) => agent(one)),
    { id: 'nobody', label: 'Nobody', group: 'People', chosen: !head.assignee, lead: <span class="avatar small empty" aria-hidden="true" /> },
    ...teams.map(({ id, name, slug }) => ({ id, label: name, detail: `@${slug}`, group: 'Teams', chosen: head.team?.id === id, lead: <Icon name="team" /> })),
    { id: 'no-team', label: 'No team', group: 'Teams', chosen: !head.team, lead: <Icon name="team" /> },
  ];
  const pick = (id: string) => {
    if (id === 'nobody') return act('assign', { assign: { assigneeId: null } });
    if (id === 'no-team') return act('assign', { assign: { teamId: null } });
    return act('assign', { assign: teams.some((team) => team.id === id) ? { teamId: id } : { assigneeId: id } });
  };
  return (
    <Picker
      name="assign"
      label="Assign"
      icon="person"
      shortcut="a"
      filter="Find a person or a team"
      choices={choices}
      disabled={!head.availableActions.includes('ASSIGN')}
      refusal={state.refusals.value.assign}
      onOpen={() => state.desk.refreshDirectory()}
      onClose={() => state.forget('assign')}
      onPick={pick}
    >
      {head.assignee?.name ?? 'Unassigned'}
      {head.team && <span class="button-more">{head.team.name}</span>}
    </Picker>
  );
}

function Tags({ state, head, act }: Props) {
  const { tags } = state.desk.directory.value;
  const has = (id: string) => head.tags.some((tag) => tag.id === id);
  return (
    <Picker
      name="tags"
      label="Tags"
      icon="tag"
      shortcut="t"
      filter="Find a tag"
      multiple
      choices={tags.map(({ id, name, color }) => ({
        id,
        label: name,
        chosen: has(id),
        lead: <span class="dot" style={color ? { background: color } : undefined} aria-hidden="true" />,
      }))}
      refusal={state.refusals.value.tags}
      onOpen={() => state.desk.refreshDirectory()}
      onClose={() => state.forget('tags')}
      onPick={(id) => act('tags', has(id) ? { removeTags: [id] } : { addTags: [id] })}
    />
  );
}

function More({ state, head, act }: Props) {
  const follows = head.viewerFollow === 'FOLLOWING';
  const spam = head.availableActions.includes('MARK_AS_SPAM');
  const choices: Choice[] = [
    { id: 'follow', label: follows ? 'Stop following' : 'Follow', detail: 'f', lead: <Icon name="eye" /> },
    ...(head.state === 'SPAM' ? [] : [{ id: 'unread', label: 'Mark as unread', detail: 'u', lead: <Icon name="mail" /> }]),
    ...(spam ? [{ id: 'spam', label: 'Mark as spam', lead: <Icon name="spam" /> }] : []),
    ...(spam && state.desk.may('CUSTOMERS_WRITE')
      ? [{ id: 'block', label: 'Spam, and block the sender', lead: <Icon name="spam" /> }]
      : []),
  ];
  const pick = async (id: string) => {
    switch (id) {
      case 'follow':
        return (await state.follow('more', !follows)) === 'done';
      case 'unread':
        return (await state.setUnread('more', true)) === 'done';
      default:
        return act('more', { markAsSpam: { blockSender: id === 'block' } });
    }
  };
  return (
    <Picker
      name="more"
      class="at-end"
      label="More"
      icon="more"
      quiet
      choices={choices}
      refusal={state.refusals.value.more}
      onClose={() => state.forget('more')}
      onPick={pick}
    />
  );
}
