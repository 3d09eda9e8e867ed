/** What a browser shows. */
export interface Shown {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly headers: Headers;
}

const mostRedirects = 5;

/** Somebody's browser, over HTTP: it follows redirects, keeps cookies for their host, and posts the buttons of a page. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();
  /** Every address that it went to. */
  readonly visited: string[] = [];
  #shown: Shown | undefined;

  async open(url: string, init: RequestInit = {}): Promise<Shown> {
    let [target, request] = [url, init];
    for (let count = 0; count < mostRedirects; count += 1) {
      const answer = await this.#send(target, request);
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status >= 400 || location === null) return (this.#shown = { ...answer, url: target });
      [target, request] = [new URL(location, target).href, {}];
    }
    throw new Error(`There is no end to the redirects of ${url}`);
  }

  /** Clicks the button of an account on Entra's page. */
  async choose(account: string): Promise<Shown> {
    if (!this.#shown) throw new Error('No page is open');
    return this.open(this.#shown.url, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ account }).toString() });
  }

  /** As after it was closed and opened again without its memory. */
  forgetCookies(): void {
    this.#cookies.clear();
  }

  async #send(url: string, init: RequestInit): Promise<Omit<Shown, 'url'>> {
    this.visited.push(url);
    const { host } = new URL(url);
    const kept = this.#cookies.get(host) ?? new Map<string, string>();
    const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { 'accept-language': 'en', ...(cookie && { cookie }), ...Object.fromEntries(new Headers(init.headers)) } });
    for (const given of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(given) ?? [];
      kept.set(name, value);
    }
    this.#cookies.set(host, kept);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}
