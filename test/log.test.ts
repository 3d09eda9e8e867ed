import { createLog } from '../src/log.ts';

function logged(detail: object): string {
  const lines: string[] = [];
  createLog('info', { write: (line: string) => void lines.push(line) }).info(detail, 'said');
  return lines.join('');
}

it.each([
  { authorization: 'hush' },
  { headers: { authorization: 'hush' } },
  { request: { headers: { authorization: 'hush' } } },
  { token: 'hush' },
  { credentials: { clientSecret: 'hush', password: 'hush' } },
  { activity: { type: 'message', value: 'hush', text: 'hush', attachments: ['hush'] } },
])('%j is not written', (detail) => {
  expect(logged(detail)).toContain('said');
  expect(logged(detail)).not.toContain('hush');
});

it('an error says what it is and what caused it, not what hangs on it', () => {
  const cause = Object.assign(new Error('inner'), { code: 'ECONNRESET', request: { headers: { authorization: 'hush' } } });
  const line = logged({ err: new Error('outer', { cause }) });
  expect(line).toContain('outer');
  expect(line).toContain('ECONNRESET');
  expect(line).not.toContain('hush');
});
