import { ChannelPace } from '../../src/bot/channelPace.ts';
import { stoppedClock } from '../storage/sqliteStorage.ts';

/** So many conversations with so many setups each, all of which have something new at any time; when something was sent to each, in seconds. */
function sentWithin(seconds: number, { conversations, setups }: { conversations: number; setups: number }): number[][] {
  const clock = stoppedClock();
  const pace = new ChannelPace(clock);
  const sent = Array.from({ length: conversations }, (): number[] => []);
  for (let second = 0; second < seconds; second += 1) {
    for (const id of inTurn(sent, setups)) {
      if (pace.waitMs([`a:${id}`]) > 0) continue;
      pace.sends(`a:${id}`);
      sent[id]!.push(second);
    }
    clock.advance(1000);
  }
  return sent;
}
/** Whoever has waited longest asks first, as timers do. */
function inTurn(sent: readonly number[][], setups: number): number[] {
  const ids = sent.map((_each, id) => id).toSorted((one, other) => (sent[one]?.at(-1) ?? -1) - (sent[other]?.at(-1) ?? -1));
  return Array.from({ length: setups }, () => ids).flat();
}

/** The most that fall into any stretch of so many seconds. */
const mostWithin = (sent: readonly number[], seconds: number) => Math.max(...sent.map((from) => sent.filter((at) => at >= from && at < from + seconds).length));

describe('Progress in a conversation', () => {
  test('of five setups together stays within what Teams takes in a second, in thirty seconds and in an hour', () => {
    const [sent = []] = sentWithin(3600, { conversations: 1, setups: 5 });
    expect([mostWithin(sent, 1), mostWithin(sent, 30), sent.length]).toEqual([1, 10, 1200]);
  });

  test('of an import of an hour never stands still', () => {
    const [sent = []] = sentWithin(3600, { conversations: 1, setups: 1 });
    expect(Math.max(...sent.slice(1).map((at, index) => at - sent[index]!))).toBe(3);
  });

  test('of everybody leaves half of what the tenant may have to what people wait for', () => {
    const sent = sentWithin(30, { conversations: 200, setups: 1 });
    expect(mostWithin(sent.flat(), 1)).toBe(25);
    expect(sent.filter((each) => each.length > 0)).toHaveLength(200);
  });

  test('says how long to wait, and waits no longer after the clock was set back', () => {
    const clock = stoppedClock();
    const pace = new ChannelPace(clock);
    pace.sends('a:1');
    clock.advance(1000);
    expect([pace.waitMs(['a:1']), pace.waitMs(['a:2']), pace.waitMs(['a:2', 'a:1'])]).toEqual([2000, 0, 2000]);
    clock.advance(-60_000);
    expect(pace.waitMs(['a:1'])).toBe(0);
  });
});
