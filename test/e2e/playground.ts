import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { type Browser, type Locator, type Page, chromium } from 'playwright-core';

export const pictures = join(__dirname, 'pictures');

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openBrowser(): Promise<Browser> {
  mkdirSync(pictures, { recursive: true });
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: flags });
}

/** The Agents Playground's personal chat, as the person at it sees it. */
export class Chat {
  readonly page: Page;
  #pictures = 0;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(30_000);
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.button('Set up leads').waitFor();
  }

  async type(text: string): Promise<void> {
    await this.page.locator('[contenteditable=true][role=textbox]').click();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** The newest card of the chat. */
  card(): Locator {
    return this.page.locator('.ac-adaptiveCard').last();
  }

  /** On the newest card that has such a button. */
  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name }).last();
  }

  async click(name: string | RegExp): Promise<void> {
    await this.button(name).click();
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).last().waitFor();
  }

  /** Saves what the newest card looks like now. */
  async picture(name: string): Promise<string> {
    this.#pictures += 1;
    const path = join(pictures, `${String(this.#pictures).padStart(2, '0')}-${name}.png`);
    await this.card().screenshot({ path, animations: 'disabled' });
    return path;
  }
}
