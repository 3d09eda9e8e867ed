import { compareVersions } from '../../src/setup/solutionVersion.ts';

test.each([
  ['1.0.0.0', '1.0.0.0', 0],
  ['1.0.0.10', '1.0.0.9', 1],
  ['1.2', '1.2.0.0', 0],
  ['1.9.9.9', '2.0.0.0', -1],
])('version %s against %s', (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
});
