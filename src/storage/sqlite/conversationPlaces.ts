import type { DatabaseSync } from 'node:sqlite';

import type { ConversationPlace, ConversationPlaces } from '../conversationPlaces.ts';

export class SqliteConversationPlaces implements ConversationPlaces {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  find(runId: string): ConversationPlace | undefined {
    const row = this.#database.prepare('select reference, card_id, shown_plan from conversation_places where run_id = ?').get(runId);
    if (!row) return undefined;
    return {
      reference: JSON.parse(String(row['reference'])),
      cardId: textOrNothing(row['card_id']),
      shownPlan: textOrNothing(row['shown_plan']),
    };
  }

  rememberReference(runId: string, reference: object): void {
    this.#database
      .prepare(
        `insert into conversation_places (run_id, reference) values (?, ?)
         on conflict do update set reference = excluded.reference`,
      )
      .run(runId, JSON.stringify(reference));
  }

  rememberCard(runId: string, cardId: string): void {
    this.#database.prepare('update conversation_places set card_id = ? where run_id = ?').run(cardId, runId);
  }

  rememberShownPlan(runId: string, planHash: string | undefined): void {
    this.#database.prepare('update conversation_places set shown_plan = ? where run_id = ?').run(planHash ?? null, runId);
  }

  wasWelcomed(conversationId: string): boolean {
    return Boolean(
      this.#database.prepare('select 1 from welcomed_conversations where conversation_id = ?').get(conversationId),
    );
  }

  rememberWelcome(conversationId: string): void {
    this.#database.prepare('insert or ignore into welcomed_conversations (conversation_id) values (?)').run(conversationId);
  }

  forgetWelcome(conversationId: string): void {
    this.#database.prepare('delete from welcomed_conversations where conversation_id = ?').run(conversationId);
  }
}

function textOrNothing(column: unknown): string | undefined {
  return typeof column === 'string' ? column : undefined;
}
