import type { HostKind } from './ports/microsoft.ts';
import { type Sentence, say } from './sentence.ts';

export type EnvironmentAddress = { readonly kind: 'address'; readonly url: string } | { readonly kind: 'wrong'; readonly reason: Sentence };

const wrongHosts: Readonly<Record<Exclude<HostKind, 'environment'>, string>> = {
  otherCloud: 'notice.addressOtherCloud',
  otherService: 'notice.addressOtherService',
  elsewhere: 'notice.addressForeign',
};

/**
 * The root address of an environment out of whatever was pasted from a browser: scheme forced to https, path dropped,
 * `org.api.crm4…` read as `org.crm4…`. Partner Center takes the root only (a path makes its validation time out).
 *
 * @param hostKind what the configured cloud has on a host
 */
export function environmentAddress(pasted: string, hostKind: (host: string) => HostKind): EnvironmentAddress {
  const url = parse(pasted.trim());
  if (!url) return { kind: 'wrong', reason: say('notice.addressUnreadable', { address: shorten(pasted) }) };
  const host = url.host.replace(/^([^.]+)\.api\./u, '$1.');
  const kind = hostKind(host);
  return kind === 'environment' ? { kind: 'address', url: `https://${host}` } : { kind: 'wrong', reason: say(wrongHosts[kind], { host }) };
}

function parse(text: string): URL | undefined {
  // "localhost:4444" and "contoso.crm4.dynamics.com/main.aspx" have no scheme; URL would read the host as one.
  const withScheme = /^https?:\/\//iu.test(text) ? text : `https://${text}`;
  const url = URL.parse(withScheme);
  return url && url.username === '' && url.password === '' ? url : undefined;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
