import { forgetOldest, putLast } from '../src/newest.ts';

describe('What is kept of the newest', () => {
  test('is as much as is allowed, and what came first goes', () => {
    const kept = new Map([['a', 1], ['b', 2]]);
    putLast(kept, ['c', 3], 3);
    expect([...kept.keys()]).toEqual(['a', 'b', 'c']);
    putLast(kept, ['d', 4], 3);
    expect([...kept]).toEqual([['b', 2], ['c', 3], ['d', 4]]);
  });

  test('counts as new when it is put again', () => {
    const kept = new Map([['a', 1], ['b', 2]]);
    putLast(kept, ['a', 3], 2);
    expect([...kept]).toEqual([['b', 2], ['a', 3]]);
  });

  test('is the last ones where there were far too many', () => {
    const kept = new Set(['a', 'b', 'c', 'd']);
    forgetOldest(kept, 2);
    expect([...kept]).toEqual(['c', 'd']);
  });
});
