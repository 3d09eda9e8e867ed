import { liveIn, started, toSolutionPlan, toTheEnd } from './started.ts';

jest.setTimeout(90_000);

describe('Undo in the chat, and the bot killed in the middle', () => {
  const here = started({ conditions: { importTakes: 'PT1S' } });

  test('goes on where it was, and leaves the tenant as it was', async () => {
    const before = await liveIn(here.tenant);
    await toSolutionPlan(here.chat);
    await here.chat.walk(...toTheEnd, 'Undo this setup');
    const plan = await here.chat.until({ button: 'Approve: take it back' });
    expect(plan.text).toMatch(/Leads from the marketplace do not arrive any more/u);
    expect(plan.text).toMatch(/Key .*Application user .*Application .*Solution/su);
    // The application is deleted and no answer comes: the bot dies while it waits for that.
    await here.tenant.control('faults', [{ match: 'DELETE /applications/*', times: 1, kind: 'hang-after' }]);
    await here.chat.click('Approve: take it back');
    await here.chat.until({ text: /Gone.*Key/su });
    await here.bot.kill();
    await here.restart();
    await here.chat.until({ text: /This setup was undone/u });
    expect(await liveIn(here.tenant)).toEqual(before);
    await here.chat.say('undo');
    await here.chat.until({ text: /Nothing was left|This setup was undone/u });
  });
});
