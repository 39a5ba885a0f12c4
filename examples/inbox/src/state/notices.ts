// The viewer's notifications, newest first, and how many are unread.
import { signal } from '@preact/signals';
import { FollowNoticesDocument, MarkNoticesReadDocument, NoticesDocument, type NoticeFragment } from '../gql';
import type { Desk } from './desk';

const SHOWN = 30;

export class Notices {
  readonly all = signal<NoticeFragment[]>([]);
  readonly unread = signal<number | null>(0);
  readonly problem = signal<string | undefined>(undefined);
  #close: () => void;

  constructor(readonly desk: Desk) {
    this.#close = desk.follow({
      query: async () => {
        const { eventCursor, notifications } = await desk.connection.ask(NoticesDocument, {});
        this.all.value = notifications?.nodes ?? [];
        this.unread.value = notifications ? notifications.unreadCount : 0;
        return eventCursor;
      },
      stream: FollowNoticesDocument,
      variables: () => ({}),
      apply: ({ notificationReceived: { cursor, notification, unreadCount } }) => {
        const others = this.all.value.filter(({ id }) => id !== notification.id);
        this.all.value = [notification, ...others].slice(0, SHOWN);
        this.unread.value = unreadCount;
        if (this.desk.conversation.value?.isWatched(notification.conversation.id)) void this.read(notification.conversation.id);
        return cursor;
      },
      resume: true,
      failed: () => {},
    });
  }

  /** Those of one conversation, or all. */
  async read(conversationId?: string): Promise<void> {
    const mine = (notice: NoticeFragment) => !notice.readAt && (!conversationId || notice.conversation.id === conversationId);
    try {
      const input = conversationId ? { conversationId } : { all: true };
      const { done } = await this.desk.connection.ask(MarkNoticesReadDocument, { input });
      if (!done) return;
      this.problem.value = done.userErrors[0]?.message;
      this.unread.value = done.unreadCount;
      const readAt = new Date().toISOString();
      this.all.value = this.all.value.map((notice) => (mine(notice) ? { ...notice, readAt } : notice));
    } catch (error) {
      if (!conversationId) this.problem.value = (error as Error).message;
    }
  }

  close(): void {
    this.#close();
  }
}
