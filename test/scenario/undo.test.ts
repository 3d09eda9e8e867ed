import { liveIn, started, toSolutionPlan, toTheEnd } from './started.ts';

jest.setTimeout(90_000);

describe('Undo in the chat', () => {
  const here = started({ conditions: { importTakes: 'PT1S' } });

  test('shows what goes and what stays, takes it back at a click, and leaves the tenant as it was', async () => {
    const before = await liveIn(here.tenant);
    await toSolutionPlan(here.chat);
    await here.chat.walk(...toTheEnd, 'Undo this setup');
    const plan = await here.chat.until({ button: 'Approve: take it back' });
    expect(plan.text).toMatch(/Leads from the marketplace do not arrive any more/u);
    expect(plan.text).toMatch(/Key .*Application user .*Application .*Solution/su);
    await here.chat.click('Approve: take it back');
    await here.chat.until({ text: /This setup was undone/u });
    expect(await liveIn(here.tenant)).toEqual(before);
    await here.chat.say('undo');
    await here.chat.until({ text: /Nothing was left|This setup was undone/u });
  });
});
