import { hostileInput } from './hostileInput.ts';

jest.setTimeout(60_000);

describe('Hostile input', () => {
  hostileInput(3_000);
});
