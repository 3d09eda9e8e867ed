import { ConversationBusyError, ConversationLocks } from '../../src/bot/conversationLocks.ts';

/** A turn that lasts until it is told to end. */
function turn() {
  let end = () => {};
  const lasting = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { lasting, end: () => end() };
}

it('runs the turns of one conversation one after the other, in order', async () => {
  const locks = new ConversationLocks();
  const first = turn();
  const order: string[] = [];
  const running = [
    locks.run('a', async () => {
      await first.lasting;
      order.push('first');
    }),
    locks.run('a', async () => void order.push('second')),
    locks.run('b', async () => void order.push('another chat')),
  ];
  await running[2];
  first.end();
  await Promise.all(running);
  expect(order).toEqual(['another chat', 'first', 'second']);
});

it('forgets a conversation in which nothing goes on, also after a turn that failed', async () => {
  const locks = new ConversationLocks();
  await expect(
    locks.run('a', async () => {
      expect(locks.size).toBe(1);
      throw new Error('a turn');
    }),
  ).rejects.toThrow('a turn');
  expect(locks.size).toBe(0);
  expect(await locks.run('a', async () => 'again')).toBe('again');
});

it('does not let anybody wait for ever', async () => {
  const locks = new ConversationLocks(1);
  const long = turn();
  const first = locks.run('a', () => long.lasting);
  await expect(locks.run('a', async () => undefined)).rejects.toThrow(ConversationBusyError);
  long.end();
  await first;
  expect(locks.size).toBe(0);
});
