import type { DatabaseSync } from 'node:sqlite';

import { fold } from '../../folding.ts';
import type { KnownPerson } from '../../setup/ports/stores.ts';
import type { Clock } from '../../setup/ports/tools.ts';
import { personSchema } from '../../setup/run.ts';
import type { People, PersonalChat } from '../people.ts';

/** One more than a card lists, so that it can say that there are more. */
const mostFound = 11;
const mostWords = 8;
const columns = 'person, conversation_id';

/** People by the ids that the channel vouches for; ids are written in either case. */
export class SqlitePeople implements People {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  remember({ person, conversationId, reference }: PersonalChat): void {
    this.#database
      .prepare(
        `insert into people (tenant_id, object_id, folded_name, person, conversation_id, reference, seen_at)
         values (?, ?, ?, ?, ?, ?, ?)
         on conflict do update set
           folded_name = excluded.folded_name, person = excluded.person, conversation_id = excluded.conversation_id,
           reference = excluded.reference, seen_at = excluded.seen_at`,
      )
      .run(
        person.tenantId.toLowerCase(),
        person.objectId.toLowerCase(),
        fold(person.name),
        JSON.stringify(person),
        conversationId,
        JSON.stringify(reference),
        this.#clock.now().getTime(),
      );
  }

  forgetChat(conversationId: string): void {
    this.#database.prepare('delete from people where conversation_id = ?').run(conversationId);
  }

  referenceOf(conversationId: string): unknown {
    const row = this.#database.prepare('select reference from people where conversation_id = ?').get(conversationId);
    return row && JSON.parse(String(row['reference']));
  }

  find(tenantId: string, objectId: string): KnownPerson | undefined {
    const row = this.#database
      .prepare(`select ${columns} from people where tenant_id = ? and object_id = ?`)
      .get(tenantId.toLowerCase(), objectId.toLowerCase());
    return row && knownPerson(row);
  }

  named(tenantId: string, name: string): KnownPerson[] {
    const words = fold(name).split(' ').filter(Boolean).slice(0, mostWords);
    if (words.length === 0) return [];
    const conditions = words.map(() => `and instr(folded_name, ?) > 0`).join(' ');
    return this.#database
      .prepare(`select ${columns} from people where tenant_id = ? ${conditions} order by folded_name, object_id limit ${mostFound}`)
      .all(tenantId.toLowerCase(), ...words)
      .map(knownPerson);
  }
}

function knownPerson(row: Record<string, unknown>): KnownPerson {
  return { person: personSchema.parse(JSON.parse(String(row['person']))), conversationId: String(row['conversation_id']) };
}
