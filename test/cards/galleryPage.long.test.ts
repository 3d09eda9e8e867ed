import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { gallery } from './gallery.ts';
import { shortTexts } from './runs.ts';

describe('npm run cards', () => {
  let server: ChildProcess;
  let address: string;

  beforeAll(async () => {
    const cwd = join(__dirname, '../..');
    server = spawn(process.execPath, ['test/cards/drawn/serve.ts'], { cwd, env: { ...process.env, CARDS_PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = (await once(server.stdout ?? server, 'data')) as [Buffer];
    address = /http:\/\/\S+/u.exec(printed.toString())?.[0] ?? '';
  });
  afterAll(() => server.kill());

  it('can be opened on this machine only', () => {
    expect(new URL(address).hostname).toBe('127.0.0.1');
  });

  it('shows every card in both themes and widths', async () => {
    const page = await read('/');
    for (const { name } of gallery(shortTexts)) {
      for (const look of ['light-320', 'light-600', 'dark-320', 'dark-600']) expect(page).toContain(`<div id="${name}-${look}"`);
    }
  });

  it('shows one card, in the language, texts, theme and width that were asked for', async () => {
    const page = await read('/?card=welcome&language=fr&texts=realistic&theme=dark&width=320');
    expect(page.match(/<div id="[^"]*"/gu)).toEqual(['<div id="welcome-dark-320"']);
    expect(page).toContain('Configurer les prospects');
  });

  it('takes an address that it does not understand for the usual one', async () => {
    expect(await read('/?language=xx&theme=<script>&width=-1&texts=')).toBe(await read('/'));
  });

  it('brings what the page draws with', async () => {
    expect(await read('/draw.js')).toContain('drawGallery');
    expect(await read('/adaptivecards.min.js')).toContain('AdaptiveCards');
    expect((await fetch(`${address}/package.json`)).status).toBe(404);
  });

  it('says in one line that its port is taken', async () => {
    const second = spawn(process.execPath, ['test/cards/drawn/serve.ts'], { cwd: join(__dirname, '../..'), env: { ...process.env, CARDS_PORT: new URL(address).port }, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    second.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(second, 'close')) as [number];
    expect({ code, lines: said.trim().split('\n') }).toEqual({ code: 1, lines: [expect.stringMatching(/^Port \d+ is taken: .*CARDS_PORT/u)] });
  });

  async function read(path: string): Promise<string> {
    const answer = await fetch(`${address}${path}`);
    expect(answer.status).toBe(200);
    return answer.text();
  }
});
