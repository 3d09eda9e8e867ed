import type { SandboxAnswer } from '../../service.ts';

const style = [
  'body{font:1.125rem/1.5 system-ui,sans-serif;margin:3rem auto;max-width:34rem;padding:0 1rem;color:#222;background:#fff}',
  'button{display:block;width:100%;margin:.5rem 0;padding:.75rem;font:inherit;text-align:left;border:1px solid #605e5c;background:#fff;cursor:pointer}',
  'button:focus-visible{outline:3px solid #0f6cbd}li{overflow-wrap:anywhere}',
].join('');

/** A page of this Entra; what stands in it is escaped by whoever makes it. */
export function page(status: number, title: string, main: string): SandboxAnswer {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)} - sandbox Entra</title><style>${style}</style>`;
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: `<!doctype html>\n<html lang="en">\n<head>${head}</head>\n<body><main>\n<h1>${escapeHtml(title)}</h1>\n${main}\n</main></body>\n</html>\n`,
  };
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** One button for each choice, posted to the address that the page itself has. */
export function choicesForm(choices: readonly Choice[]): string {
  const buttons = choices.map(({ value, label }) => `<button name="account" value="${escapeHtml(value)}">${escapeHtml(label)}</button>`);
  return `<form method="post">\n${buttons.join('\n')}\n</form>`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** Back to the application, with what it is to know in the query. */
export function redirect(to: string, parameters: Readonly<Record<string, string | undefined>>): SandboxAnswer {
  const address = new URL(to);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) address.searchParams.set(name, value);
  return { status: 302, headers: { location: address.href, 'cache-control': 'no-store' } };
}
