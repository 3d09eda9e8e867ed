import type { SandboxService } from '../service.ts';
import type { SignIns } from './signIns.ts';

/** The page that a person's sign-in ends on: six digits to type into the chat. */
export function createSignInPage(signIns: SignIns): SandboxService {
  return ({ method, path }) => {
    if (method !== 'GET') return { status: 405 };
    const code = signIns.code(path.slice(1));
    return code === undefined ? page(404, missing) : page(200, codeText(code));
  };
}

const missing = '<h1>This sign-in is over</h1>\n<p>Go back to the chat and ask to sign in again.</p>';

function codeText(code: string): string {
  return [
    '<h1>You are signed in</h1>',
    '<p id="what">Go back to the chat and type this code:</p>',
    `<p><output aria-describedby="what" aria-label="${code.split('').join(' ')}">${code}</output></p>`,
  ].join('\n');
}

function page(status: number, main: string): { status: number; headers: Record<string, string>; body: string } {
  const style = 'body{font:1.25rem/1.5 system-ui,sans-serif;margin:3rem auto;max-width:32rem;padding:0 1rem;color:#222;background:#fff}output{font-size:2.5rem;letter-spacing:.2em}';
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in - Lead Setup sandbox</title><style>${style}</style>`;
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" },
    body: `<!doctype html>\n<html lang="en">\n<head>${head}</head>\n<body><main>\n${main}\n</main></body>\n</html>\n`,
  };
}
