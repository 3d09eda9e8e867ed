import type { SetupRun } from '../run.ts';
import { keySecret } from './keyAndProof.ts';
import { passwordSecret } from './servicePassword.ts';

/** The name under which the secret lies sealed that a way hands over. */
export function secretOf({ path }: Pick<SetupRun, 'path'>): string {
  return path === 'microsoft365' ? passwordSecret : keySecret;
}
