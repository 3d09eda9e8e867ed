import { secretsIn } from './secretSearch.ts';
import { startSearched } from './searchedSetups.ts';

jest.setTimeout(90_000);

const secret = 'abc8Q~+/x?y z_0123456789-ABCDEFGHIJKLMNO';
const among = (encoding: BufferEncoding) => [0, 1, 2, 3, 4].map((count) => Buffer.from(`${'-'.repeat(count)}${secret}and more`).toString(encoding));

it.each([
  ['as it is', [`key=${secret};`]],
  ['in JSON', [JSON.stringify({ secret })]],
  ['in an address', [`?key=${encodeURIComponent(secret)}`, `?${new URLSearchParams({ secret }).toString()}`, `?key=${encodeURIComponent(secret).replaceAll('~', '%7E')}`]],
  ['in hex', [...among('hex'), ...among('hex').map((text) => text.toUpperCase())]],
  ['in base64, wherever it begins', [...among('base64'), ...among('base64url')]],
  ['in UTF-16', [Buffer.from(`x${secret}`, 'utf16le').toString('latin1')]],
])('the search finds a secret %s', (_how, texts) => {
  for (const text of texts) expect(secretsIn({ there: text, elsewhere: 'nothing' }, ['another-one', secret])).toEqual(['secret 2 in there']);
});

it('a setup with an application, shown and ended, leaves its key nowhere but in the answer that showed it', async () => {
  const setup = await startSearched();
  try {
    await setup.toKey();
    await setup.chat.click('Approve: make the key and test it');
    await setup.chat.until({ button: 'Show the values' });
    expect((await setup.search()).found).toEqual([]);
    const shown = await setup.reveal();
    await setup.chat.until({ button: 'I have entered the values' });
    await setup.chat.click('I have entered the values');
    await setup.chat.until({ text: /can receive leads/u });
    const { found, secrets, places } = await setup.search();
    expect(secrets.filter((one) => shown.includes(one))).toHaveLength(1);
    expect(Object.keys(places)).toEqual(expect.arrayContaining(['log', 'lead-setup.db', 'lead-setup.db-wal', 'lead-setup.db-shm', 'requests', 'state']));
    expect(found).toEqual([]);
  } finally {
    await setup.close();
  }
});
