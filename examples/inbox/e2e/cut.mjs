// The connection is cut while things happen; it comes back, and nothing is missed or doubled. The same when the server is restarted,
// when its database was restored, and when what one may see changes.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent } from './browser.mjs';
import { until } from './until.mjs';

export default async function ({ demo, browser, work, check }) {
  async function ben(agents) {
    const line = await demo.line();
    const agent = await Agent.open(browser, line);
    agents.push(agent);
    await agent.signIn(demo.tokens.ben);
    return agent;
  }
  /** As far as it was read, the list is what the server answers. */
  const exact = (agent) => until(() => agent.rows(), async () => work.list('ben', 'ALL', (await agent.rows()).length));
  const lost = (agent) => agent.page.locator('.connection.lost').waitFor();
  const live = (agent) => agent.page.locator('.connection.live').waitFor();

  await check('cut: what happened meanwhile is there, each once, in order, from the cursor on', async (agents) => {
    const it = await work.arrives('While you were out');
    const away = await ben(agents);
    await away.show('all', it.number);
    const [unread, asked] = [await away.page.locator('.badge').textContent(), () => away.asked.filter((name) => name === 'List' || name === 'Open').length];
    // One change that the streams have told, so that there is a cursor of theirs.
    await work.act('ada', it, { setPriority: { priority: 'LOW' } });
    await away.page.locator('.entry', { hasText: 'set the priority to low' }).waitFor();
    const [queries, cursors] = [asked(), new Map(away.told)];

    away.line.cut();
    await lost(away);
    await work.act('ada', it, { assign: { assigneeId: work.agents.ben } }, { addTags: [work.tags.Warranty] });
    for (const text of ['One', 'Two', 'Three']) await work.act('ada', it, { addNote: { text: `${text} @ben` } });
    await work.act('ada', it, { reply: { text: 'Here is your answer.', then: { close: true } } });
    await work.writesAgain(it, 'And another thing');
    const others = [await work.arrives('New one'), await work.arrives('New two')];
    await work.act('ada', others[0], { close: true });
    await work.act('ada', others[1], { addNote: { text: 'For @ben' } });
    assert.ok((await away.entries()).length < (await work.timeline('ben', it)).length);

    away.line.mend();
    await live(away);
    await until(() => away.entries(), () => work.timeline('ben', it));
    await exact(away);
    await until(async () => (await away.page.locator('.badge').textContent()) !== unread, true);
    const ids = await away.entries();
    assert.equal(new Set(ids).size, ids.length);
    // It went on from the cursors, and queried neither the list nor the conversation again.
    assert.equal(asked(), queries);
    for (const name of ['FollowList', 'FollowConversation']) {
      assert.equal(away.sent.findLast((one) => one.name === name).after, cursors.get(name) ?? assert.fail(`${name} had no cursor`));
    }
  });

  await check('cut many times in the middle of changes: nothing is missed or doubled', async (agents) => {
    const it = await work.arrives('A bad line');
    const away = await ben(agents);
    await away.show('all', it.number);
    for (let round = 0; round < 5; round += 1) {
      const working = (async () => {
        for (const text of ['a', 'b', 'c', 'd']) await work.act('ada', it, { addNote: { text: `${round} ${text}` } });
      })();
      await wait(20 * round);
      away.line.cut();
      await wait(50);
      away.line.mend();
      await working;
    }
    await until(() => away.entries(), () => work.timeline('ben', it), 40_000);
    await exact(away);
    await live(away);
  });

  await check('the network is gone, and back: said at once, and caught up with', async (agents) => {
    const it = await work.arrives('In a tunnel');
    const away = await ben(agents);
    await away.show('all', it.number);
    await away.context.setOffline(true);
    await away.page.locator('.connection.offline').waitFor();
    await work.act('ada', it, { addNote: { text: 'Where are you?' } });
    // What is tried meanwhile is told as not done.
    await away.page.keyboard.press('m');
    await away.page.getByRole('alert').filter({ hasText: 'can’t be reached' }).waitFor();
    await away.context.setOffline(false);
    await live(away);
    await until(() => away.entries(), () => work.timeline('ben', it));
  });

  await check('what one may see changes: the list is queried again, and right', async (agents) => {
    const away = await ben(agents);
    const before = await away.rows();
    const change = async (input) => {
      const { updateChannel } = await work.ask('ada', 'mutation($input: UpdateChannelInput!) { updateChannel(input: $input) { userErrors { message } } }', {
        input: { channelId: work.channels['Shop chat'], ...input },
      });
      assert.deepEqual(updateChannel.userErrors, []);
    };
    await change({ visibility: 'RESTRICTED', agentIds: [work.agents.ada] });
    await until(() => away.rows(), () => work.list('ben'));
    assert.notDeepEqual(await away.rows(), before);
    await change({ visibility: 'EVERYONE', agentIds: [] });
    await until(() => away.rows(), before);
  });

  await check('the server is restarted: it goes on from the cursor', async (agents) => {
    const it = await work.arrives('Restarted');
    const away = await ben(agents);
    await away.show('all', it.number);
    await work.act('ada', it, { setPriority: { priority: 'HIGH' } });
    await away.page.locator('.entry', { hasText: 'set the priority to high' }).waitFor();
    const opened = () => away.asked.filter((name) => name === 'Open').length;
    const before = opened();
    await demo.restart();
    await work.act('ada', it, { addNote: { text: 'Back again' } });
    await away.page.locator('.entry.note', { hasText: 'Back again' }).waitFor({ timeout: 40_000 });
    assert.deepEqual(await away.entries(), await work.timeline('ben', it));
    assert.equal(opened(), before);
  });

  await check('the database was restored: everything is queried again, and followed on', async (agents) => {
    const it = await work.arrives('Another epoch');
    const away = await ben(agents);
    await away.show('all', it.number);
    const opened = () => away.asked.filter((name) => name === 'Open').length;
    const before = opened();
    await demo.restart('new-epoch');
    await until(opened, before + 1, 40_000);
    await work.act('ada', it, { addNote: { text: 'In the new epoch' } });
    await away.page.locator('.entry.note', { hasText: 'In the new epoch' }).waitFor();
    assert.deepEqual(await away.entries(), await work.timeline('ben', it));
    await exact(away);
  });
}
