import { hostileInput } from './hostileInput.ts';

jest.setTimeout(60_000);

describe('A sample of hostile input', () => {
  hostileInput(120);
});
