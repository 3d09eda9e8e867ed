import { type ErrorCode, SetupError } from '../../src/setup/errors.ts';
import { failureOf } from '../../src/setup/work/failing.ts';

describe('What is in the log of a failure', () => {
  const logged = (thrown: unknown) => {
    const lines: (readonly [string, Record<string, unknown>])[] = [];
    const at = (level: string) => (detail: Record<string, unknown>) => void lines.push([level, detail]);
    const failure = failureOf({ log: { error: at('error'), warn: at('warn') } }, thrown, { errorId: 'e1', runId: 'run-1', doing: 'discover' });
    return { failure, lines };
  };

  test.each<ErrorCode>(['E-SIGN-IN', 'E-CLAIMS', 'E-CONSENT', 'E-OTHER-ACCOUNT', 'E-GUEST'])('is a warning where nobody is at fault: %s', (code) => {
    const thrown = new SetupError(code);
    const { failure, lines } = logged(thrown);
    expect(lines).toEqual([['warn', { errorId: 'e1', runId: 'run-1', doing: 'discover', code, err: thrown }]]);
    expect(failure).toMatchObject({ code, errorId: 'e1' });
  });

  test.each([['E-REFUSED', new SetupError('E-REFUSED')], ['E-UNREACHABLE', new SetupError('E-UNREACHABLE')], ['E-INTERNAL', new Error('odd')]])('is an error where somebody has to look: %s', (code, thrown) => {
    const { failure, lines } = logged(thrown);
    expect(lines).toEqual([['error', expect.objectContaining({ errorId: 'e1', code, err: thrown })]]);
    expect(failure).toMatchObject({ code, errorId: 'e1' });
  });
});
