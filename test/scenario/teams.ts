import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { z } from 'zod';

import { type PersonaName, personas, tenant } from '../../sandbox/personas.ts';

interface Activity {
  readonly text?: string;
  readonly attachments?: readonly { readonly content: unknown }[];
}

interface Action {
  readonly type: string;
  readonly verb?: string;
  readonly title: string;
  readonly data?: Record<string, unknown>;
}

/** One message of the chat as it looks now. */
export interface Message {
  readonly id: string;
  readonly text: string;
  readonly actions: readonly Action[];
}

/** What a click is answered with: the card that takes the clicked one's place, or a sentence under it. */
export interface ClickAnswer extends Omit<Message, 'id'> {
  readonly httpStatus: number;
  readonly statusCode: number;
  readonly isCard: boolean;
}

interface ChatOptions {
  readonly isGroup?: boolean;
  /** Of a conversation that is there already. */
  readonly id?: string;
}

const invokeAnswerSchema = z.object({ statusCode: z.number(), type: z.string(), value: z.unknown() });

/**
 * A Teams-like client with one chat, a personal one unless it is said: sends what a person types and clicks through the channel, and keeps the
 * messages as the bot's posts and updates leave them.
 */
export class TeamsChat {
  readonly messages = new Map<string, Message>();
  /** What the client says it speaks. */
  locale = 'en-US';
  /** Every body that the bot sent, as it came. */
  readonly received: string[] = [];
  /** Method, address and headers of each. */
  readonly heads: string[] = [];
  /** Every answer to what this client sent, as it came. */
  readonly answered: string[] = [];
  /** The `Authorization` header of each. */
  readonly authorizations: (string | undefined)[] = [];
  readonly #channelUrl: string;
  readonly #serviceUrl: string;
  readonly #close: () => Promise<void>;
  readonly #conversation: { readonly id: string; readonly conversationType: string; readonly isGroup?: boolean };
  readonly #isGroup: boolean;
  #listeners = new Set<() => void>();

  private constructor(channelUrl: string, serviceUrl: string, { id, isGroup }: Required<ChatOptions>, close: () => Promise<void>) {
    this.#channelUrl = channelUrl;
    this.#serviceUrl = serviceUrl;
    this.#close = close;
    this.#isGroup = isGroup;
    this.#conversation = isGroup ? { id, conversationType: 'groupChat', isGroup } : { id, conversationType: 'personal' };
  }

  static async open(channelUrl: string, { isGroup = false, id = newConversation(isGroup) }: ChatOptions = {}): Promise<TeamsChat> {
    let count = 0;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        count += 1;
        const message = request.method === 'PUT' ? (request.url?.split('/').at(-1) ?? '') : `message-${count}`;
        const body = Buffer.concat(chunks).toString();
        chat.received.push(body);
        chat.heads.push([`${request.method} ${request.url}`, ...request.rawHeaders].join('\n'));
        chat.authorizations.push(request.headers.authorization);
        chat.#keep(message, z.custom<Activity>().parse(JSON.parse(body || '{}')));
        // Not chained: restify, loaded by another suite of the same process, replaces writeHead by one that returns nothing.
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ id: message }));
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const close = () => new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    const chat: TeamsChat = new TeamsChat(channelUrl, `http://127.0.0.1:${port}`, { id, isGroup }, close);
    return chat;
  }

  /** Who an activity of this person's here is from, and where it is said. */
  sender(as: PersonaName) {
    const { objectId, displayName } = personas[as];
    return { from: { id: `29:${as}`, name: displayName, aadObjectId: objectId }, conversation: { ...this.#conversation, tenantId: tenant.id } };
  }

  get conversationId(): string {
    return this.#conversation.id;
  }

  /** Where the bot sends what it says here. */
  get serviceUrl(): string {
    return this.#serviceUrl;
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** In a group, with a mention of the bot: else it would not hear of it. */
  async say(text: string, as: PersonaName = 'alex'): Promise<void> {
    expect(await this.trySaying(text, as)).toBeLessThan(300);
  }

  /** As `say`; resolves to the HTTP status, whatever it is. */
  async trySaying(text: string, as: PersonaName = 'alex'): Promise<number> {
    const mention = { type: 'mention', text: '<at>Lead Setup</at>', mentioned: { id: '28:bot', name: 'Lead Setup' } };
    const { status } = await this.#send(as, { type: 'message', ...(this.#isGroup ? { text: `${mention.text} ${text}`, entities: [mention] } : { text }) });
    return status;
  }

  /** Clicks the button of this title on a message; without one, on the newest message that has it. */
  click(title: string | RegExp, options: { on?: Message; as?: PersonaName } = {}): Promise<ClickAnswer> {
    const message = options.on ?? this.withButton(title);
    const action = message?.actions.find((one) => matches(one.title, title));
    if (!message || !action) throw new Error(`There is no button ${title} on:\n${message?.text ?? this.newest()?.text}`);
    return this.send(action, message.id, options.as);
  }

  /** Clicks these buttons one after the other, each as soon as it is there. */
  async walk(...titles: readonly (string | RegExp)[]): Promise<void> {
    for (const title of titles) {
      await this.until({ button: title });
      await this.click(title);
    }
  }

  /** A click as a client would send it. */
  async send({ verb, data }: Pick<Action, 'verb' | 'data'>, replyToId: string, as: PersonaName = 'alex'): Promise<ClickAnswer> {
    const action = { type: 'Action.Execute', verb, data };
    const { status, body } = await this.#send(as, { type: 'invoke', name: 'adaptiveCard/action', replyToId, value: { action, trigger: 'manual' } });
    const { statusCode, type, value } = invokeAnswerSchema.parse(body);
    const isCard = type === 'application/vnd.microsoft.card.adaptive';
    const shown = isCard ? read(value) : { text: String(value), actions: [] };
    // The client that asked shows the answer in place of the card; the message itself changes by the bot's updates.
    if (isCard) this.#set({ id: replyToId, ...shown });
    return { httpStatus: status, statusCode, isCard, ...shown };
  }

  newest(): Message | undefined {
    return [...this.messages.values()].at(-1);
  }

  withButton(title: string | RegExp): Message | undefined {
    return [...this.messages.values()].findLast(({ actions }) => actions.some((one) => matches(one.title, title)));
  }

  /** Resolves with the message as soon as one has this button or this text. */
  until(what: { button: string | RegExp } | { text: RegExp }): Promise<Message> {
    const find = () => ('button' in what ? this.withButton(what.button) : [...this.messages.values()].findLast(({ text }) => what.text.test(text)));
    return new Promise((resolve) => {
      const look = () => {
        const message = find();
        if (!message) return;
        this.#listeners.delete(look);
        resolve(message);
      };
      this.#listeners.add(look);
      look();
    });
  }

  #keep(id: string, { text = '', attachments = [] }: Activity): void {
    const cards = attachments.map(({ content }) => read(content));
    this.#set({ id, text: [text, ...cards.map((card) => card.text)].join('\n'), actions: cards.flatMap(({ actions }) => actions) });
  }

  #set(message: Message): void {
    this.messages.set(message.id, message);
    for (const listener of this.#listeners) listener();
  }

  async #send(as: PersonaName, activity: object): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.#channelUrl}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: 'incoming',
        channelId: 'msteams',
        serviceUrl: this.#serviceUrl,
        ...this.sender(as),
        recipient: { id: '28:bot', name: 'Lead Setup' },
        channelData: { tenant: { id: tenant.id } },
        locale: this.locale,
        ...activity,
      }),
    });
    const text = await answer.text();
    this.answered.push(text);
    return { status: answer.status, body: text ? JSON.parse(text) : undefined };
  }
}

function newConversation(isGroup: boolean): string {
  const id = Math.random().toString(36).slice(2);
  return isGroup ? `19:${id}@thread.v2` : `a:${id}`;
}

function matches(title: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? title === wanted : wanted.test(title);
}

/** Every text and every button of a card, wherever they stand in it. */
function read(card: unknown): Omit<Message, 'id'> {
  const texts: string[] = [];
  const actions: Action[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== 'object' || node === null) return;
    const { text, title, value, type, actions: buttons, fallback: _fallback, ...rest } = node as Record<string, unknown>;
    for (const one of [text, title, value]) if (typeof one === 'string') texts.push(one);
    if (typeof type === 'string' && type.startsWith('Action.') && typeof title === 'string') actions.push(node as Action);
    Object.values({ ...rest, buttons }).forEach(walk);
  };
  walk(card);
  return { text: texts.join('\n'), actions };
}
