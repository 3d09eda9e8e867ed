import type { AuditEntry } from '../setup/audit/entry.ts';
import { type Sentence, say } from '../setup/sentence.ts';

/** What an entry tells, as one sentence. `plain` words the sentences that stand inside it. */
export function whatHappened(entry: AuditEntry, plain: (sentence: Sentence) => string): Sentence {
  const { kind, person, actingAs, about, plan, request, detail } = entry;
  const summary = plan?.[0]?.sentence;
  return say(`history.what.${kind}`, {
    person: person?.name ?? '',
    account: actingAs?.name ?? '',
    part: about ? plain(say(`card.checklist.label.${about}`)) : '',
    plan: summary ? plain(summary) : '',
    request: request ?? '',
    secret: kind === 'secretDestroyed' ? plain(say(detail === 'password' ? 'history.password' : 'history.key')) : '',
  });
}

/** The record outlives the sentences: one that is not written any more is told by its key and values. */
export function asFarAsKnown(plain: (sentence: Sentence) => string): (sentence: Sentence) => string {
  return (sentence) => {
    try {
      return plain(sentence);
    } catch {
      return [sentence.key, ...Object.values(sentence.values ?? {})].join(' ');
    }
  };
}

/** How a change ended; undefined for everything else. */
export function resultOf({ result, detail }: AuditEntry, plain: (sentence: Sentence) => string): Sentence | undefined {
  if (!result) return undefined;
  const known = say(`history.result.${result}`);
  return detail ? say('history.resultWith', { result: plain(known), detail }) : known;
}
