// An entry that is no message and no note, as a sentence: who did what, and because of what.
import type { EntryFragment, TicketStatus } from '../gql';
import type { IconName } from '../ui/icon';
import { PRIORITIES } from './names';
import { dayAndClock } from './times';

export type Part = string | { name: string };

export interface Change {
  icon: IconName;
  parts: Part[];
  /** What led to it, in its own words. */
  because?: string;
}

type Entry = EntryFragment;
type Of<T extends Entry['__typename']> = Extract<Entry, { __typename: T }>;
interface Someone {
  id: string;
  name: string;
}

const STATUS: Record<TicketStatus, string> = { OPEN: 'open', IN_PROGRESS: 'in progress', RESOLVED: 'resolved' };

export function plain(parts: readonly Part[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : part.name)).join('');
}

/** Null for what is told elsewhere: a delivery that goes well is shown at its message. */
export function changeOf(entry: Entry, viewer: { id: string; timeZone: string }): Change | null {
  const who = doer(entry, viewer.id);
  const person = (agent: Someone): Part => (agent.id === viewer.id ? 'you' : { name: agent.name });
  const change = sentence(entry, who, person, (at) => dayAndClock(at, viewer.timeZone));
  return change && { ...change, because: because(entry) };
}

function doer(entry: Entry, viewerId: string): Part[] {
  const { actor } = entry;
  if (actor.__typename === 'Agent' && actor.id === viewerId) return ['You'];
  if (actor.__typename === 'Workflow') return ['Workflow ', { name: actor.displayName }];
  if (actor.__typename === 'Clock') return ['The clock'];
  return [{ name: actor.displayName || 'Somebody' }];
}

function because({ actor, cause }: Entry): string | undefined {
  if (cause?.ticket) return `because of ticket #${cause.ticket.number}, ${cause.ticket.title}`;
  const workflow = cause?.workflowRun?.workflow.name;
  // A workflow that acted itself is named already.
  if (workflow && actor.__typename !== 'Workflow') return `because of workflow ${workflow}`;
  return undefined;
}

function sentence(entry: Entry, who: Part[], person: (agent: Someone) => Part, when: (at: string) => string): Omit<Change, 'because'> | null {
  switch (entry.__typename) {
    case 'CreatedEntry':
      return { icon: 'spark', parts: began(entry, who) };
    case 'AssignedEntry':
      return { icon: 'person', parts: assigned(entry, who, person) };
    case 'TaggedEntry':
      return { icon: 'tag', parts: tagged(entry, who) };
    case 'PrioritizedEntry':
      return { icon: 'flag', parts: prioritized(entry, who) };
    case 'SnoozedEntry': {
      const until = entry.until ? `until ${when(entry.until)}` : 'until the customer writes';
      const verb = entry.previousUntil ? ' snoozed this anew, ' : ' snoozed this ';
      const anyway = entry.until && !entry.wakeOnReply ? ', whatever the customer writes' : '';
      return { icon: 'moon', parts: [...who, verb, until, anyway, '.'] };
    }
    case 'WokenEntry':
      switch (entry.wakeReason) {
        case 'EXPIRED':
          return { icon: 'sun', parts: ['It woke up: the snooze was over.'] };
        case 'CUSTOMER_REPLIED':
          return { icon: 'sun', parts: ['It woke up because the customer wrote.'] };
        case 'TICKET_RESOLVED':
          return { icon: 'sun', parts: ['It woke up because a ticket was resolved.'] };
        case 'MANUAL':
          return { icon: 'sun', parts: [...who, ' woke this up.'] };
      }
      return null;
    case 'ClosedEntry':
      return entry.closeReason === 'AUTO_CLOSED'
        ? { icon: 'check', parts: ['It closed by itself, after nothing had happened for a while.'] }
        : { icon: 'check', parts: [...who, ' closed this.'] };
    case 'ReopenedEntry':
      switch (entry.reopenReason) {
        case 'CUSTOMER_REPLIED':
          return { icon: 'open', parts: ['It reopened because the customer wrote.'] };
        case 'TICKET_RESOLVED':
          return { icon: 'open', parts: ['It reopened because a ticket was resolved.'] };
        case 'SNOOZED':
          return { icon: 'open', parts: ['Being snoozed, it isn’t closed any more.'] };
        case 'MANUAL':
          return { icon: 'open', parts: [...who, ' reopened this.'] };
      }
      return null;
    case 'MarkedAsSpamEntry':
      return entry.spamReason === 'SENDER_BLOCKED'
        ? { icon: 'spam', parts: ['It went to spam, since the sender is blocked.'] }
        : { icon: 'spam', parts: [...who, ' marked this as spam', entry.blockedSender ? ' and blocked the sender.' : '.'] };
    case 'RestoredEntry':
      return { icon: 'open', parts: [...who, ' restored this from spam', entry.unblockedSender ? ' and unblocked the sender.' : '.'] };
    case 'FollowEntry': {
      const own = entry.actor.__typename === 'Agent' && entry.actor.id === entry.agent.id;
      const follows = entry.kind === 'FOLLOWED';
      if (own) return { icon: 'bell', parts: [...who, follows ? ' began to follow this.' : ' stopped following this.'] };
      return follows
        ? { icon: 'bell', parts: [...who, ' made ', person(entry.agent), ' a follower.'] }
        : { icon: 'bell', parts: [...who, ' took ', person(entry.agent), ' off the followers.'] };
    }
    case 'TicketEntry':
      return { icon: 'ticket', parts: ticket(entry, who) };
    case 'LinkEntry':
      return { icon: 'link', parts: linked(entry, who) };
    case 'EditedEntry':
      return { icon: 'pencil', parts: [...who, ` changed ${entry.fields.map((field) => (field === 'subject' ? 'the subject' : 'attributes')).join(' and ')}.`] };
    case 'NoteChangedEntry':
      return { icon: 'pencil', parts: [...who, entry.kind === 'NOTE_DELETED' ? ' deleted a note.' : ' edited a note.'] };
    case 'DeliveryEntry':
      if (entry.status !== 'FAILED') return null;
      return { icon: 'warning', parts: ['A message couldn’t be delivered', entry.deliveryError ? `: ${entry.deliveryError}` : '.'] };
    default:
      return null;
  }
}

function began({ actor }: Of<'CreatedEntry'>, who: Part[]): Part[] {
  return actor.__typename === 'Customer' ? [...who, ' wrote, and the conversation began.'] : [...who, ' began the conversation.'];
}

function assigned(entry: Of<'AssignedEntry'>, who: Part[], person: (agent: Someone) => Part): Part[] {
  const { fromAgent, toAgent, fromTeam, toTeam, actor } = entry;
  const agentMoved = fromAgent?.id !== toAgent?.id;
  const teamMoved = fromTeam?.id !== toTeam?.id;
  const team: Part[] = toTeam ? [{ name: toTeam.name }] : ['no team'];
  const before: Part[] = fromAgent ? [person(fromAgent)] : ['nobody'];
  switch (entry.assignReason) {
    case 'AUTO_ASSIGNED':
      return toAgent ? [...team, ' handed this to ', person(toAgent), ', whose turn it was.'] : [...team, ' has it now.'];
    case 'MEMBER_REMOVED':
      return ['Unassigned: ', ...before, ' left the team.'];
    case 'ACCESS_LOST':
      return ['Unassigned: ', ...before, ' can’t see this channel any longer.'];
    case 'AGENT_DEACTIVATED':
      return ['Unassigned: ', ...before, ' doesn’t work here any longer.'];
    case 'TEAM_DELETED':
      return fromTeam ? ['The team ', { name: fromTeam.name }, ' was deleted; this went to ', ...team, '.'] : ['Its team was deleted.'];
    case 'REOPENED':
      return ['Unassigned as it reopened: ', ...before, ' isn’t there.'];
    default: {
      const own = toAgent && actor.__typename === 'Agent' && actor.id === toAgent.id;
      if (agentMoved && own) return [...who, ' took this', ...(fromAgent ? [' over from ', person(fromAgent)] : []), ...(teamMoved ? [' for ', ...team] : []), '.'];
      if (agentMoved && toAgent) return [...who, ' assigned this to ', person(toAgent), ...(teamMoved ? [' in ', ...team] : []), '.'];
      if (agentMoved && teamMoved && toTeam) return [...who, ' handed this to ', ...team, '.'];
      if (agentMoved) return [...who, ' took ', ...before, ' off this', ...(teamMoved ? [', and its team'] : []), '.'];
      if (toTeam) return [...who, ' handed this to ', ...team, '.'];
      return [...who, ' took this off ', ...(fromTeam ? [{ name: fromTeam.name }] : ['its team']), '.'];
    }
  }
}

function linked({ kind, linkKind, other }: Of<'LinkEntry'>, who: Part[]): Part[] {
  const name: Part = other ? { name: `#${other.number} ${other.subject ?? ''}`.trim() } : 'another conversation';
  if (kind === 'UNLINKED') return [...who, ' took away the link with ', name, '.'];
  // Routing does these by itself.
  if (linkKind === 'CONTINUES') return ['This goes on from ', name, '.'];
  if (linkKind === 'CONTINUED_BY') return ['The customer went on in ', name, '.'];
  return [...who, ' linked this with ', name, '.'];
}

function listed(names: readonly string[]): Part[] {
  return names.flatMap((name, i): Part[] => [i === 0 ? '' : i === names.length - 1 ? ' and ' : ', ', { name }]);
}

function tagged({ added, removed }: Of<'TaggedEntry'>, who: Part[]): Part[] {
  const names = (tags: readonly { name: string }[]) => listed(tags.map(({ name }) => name));
  if (removed.length === 0) return [...who, ' added ', ...names(added), '.'];
  if (added.length === 0) return [...who, ' removed ', ...names(removed), '.'];
  return [...who, ' added ', ...names(added), ', and removed ', ...names(removed), '.'];
}

function prioritized({ fromPriority, toPriority }: Of<'PrioritizedEntry'>, who: Part[]): Part[] {
  if (!toPriority) return [...who, ' took the priority away.'];
  const from = fromPriority ? ` from ${PRIORITIES[fromPriority].toLowerCase()}` : '';
  return [...who, ` set the priority${from} to `, { name: PRIORITIES[toPriority].toLowerCase() }, '.'];
}

function ticket({ kind, ticket: { number, title }, fromStatus, toStatus }: Of<'TicketEntry'>, who: Part[]): Part[] {
  const name: Part = { name: `#${number} ${title}` };
  if (kind === 'TICKET_LINKED') return [...who, ' linked ticket ', name, '.'];
  if (kind === 'TICKET_UNLINKED') return [...who, ' took away ticket ', name, '.'];
  const moved = toStatus && fromStatus !== toStatus ? ` is now ${STATUS[toStatus]}` : ' has changed';
  return ['Ticket ', name, `${moved}.`];
}
