import { say } from '../../src/setup/sentence.ts';
import { waitingSince } from '../../src/setup/work/waitingSince.ts';
import { now } from './fixtures.ts';

describe('What is waited for', () => {
  const sentence = say('undo.uninstalling');
  const at = new Date(now);
  const before = new Date(at.getTime() - 60_000).toISOString();

  test('is waited for since it was said first', () => {
    expect(waitingSince({ sentence, since: before }, sentence, at)).toBe(before);
  });

  test('is waited for from now on where it is another thing, or the first', () => {
    expect(waitingSince({ sentence: say('undo.other'), since: before }, sentence, at)).toBe(now);
    expect(waitingSince(undefined, sentence, at)).toBe(now);
  });

  test('is not waited for longer because the clock was set back', () => {
    expect(waitingSince({ sentence, since: new Date(at.getTime() + 20 * 3_600_000).toISOString() }, sentence, at)).toBe(now);
  });
});
