import en from '../../src/locales/en.json' with { type: 'json' };
import { SetupError, errorCatalogue, toFailure } from '../../src/setup/errors.ts';

describe('The error catalogue', () => {
  test.each(Object.entries(errorCatalogue))('%s has a sentence', (_code, { key }) => {
    const [group, name] = key.split('.');
    expect(group).toBe('error');
    expect(en.error).toHaveProperty(name ?? '');
  });

  test('an unforeseen error shows nothing of itself but its id', () => {
    const failure = toFailure(new TypeError('secret things of the inside'), 'error-1');
    expect(failure).toMatchObject({ code: 'E-INTERNAL', errorId: 'error-1' });
    expect(JSON.stringify(failure)).not.toContain('secret things');
  });

  test('what Microsoft said is kept beside our own sentence', () => {
    const upstream = { service: 'graph', status: 403, code: 'Authorization_RequestDenied', message: 'Insufficient privileges' } as const;
    expect(toFailure(new SetupError('E-REFUSED', { upstream }), 'error-2')).toMatchObject({ code: 'E-REFUSED', upstream });
  });
});
