import { provingStep, type SetupRun } from '../setup/run.ts';
import { say } from '../setup/sentence.ts';
import type { View } from './view.ts';
import type { Words } from './words.ts';

/** What Partner Center signs in with. The password of a user that was there before is known to its people only. */
export type Secret = 'key' | 'password' | 'ownPassword';

export function secretOf({ path, facts }: Pick<SetupRun, 'path' | 'facts'>): Secret {
  if (path !== 'microsoft365') return 'key';
  return facts.serviceUser?.isTheirs ? 'ownPassword' : 'password';
}

/** The day by which the key or the password has to be another one. */
export function endsOn({ facts, updatedAt }: SetupRun, words: Words): string {
  return words.date(facts.key?.endsAt ?? facts.password?.renewBy ?? updatedAt);
}

/** What the proving step has shown, and what it could not show. */
export function evidenceOf({ run, words }: View): string[] {
  const state = run.steps[provingStep(run)];
  return state.status === 'done' ? state.evidence.map((sentence) => words.text(sentence)) : [];
}

/** What people learn too late otherwise; what ends first. */
export function notesOf({ run, words }: View): string[] {
  const secret = secretOf(run);
  const values = { date: endsOn(run, words) };
  const own = words.group(`card.${secret === 'key' ? 'key' : 'password'}Notes`, values);
  if (secret === 'ownPassword') own['ends'] = words.text(say('card.ownPasswordNotes.ends'));
  return [...Object.values(own), ...Object.values(words.group('card.partnerCenterNotes'))];
}

/** The values under Partner Center's own labels, in its order. The secret only where it is given. */
export function valuesOf({ run, words }: View, secret: string | undefined): { label: string; value: string }[] {
  const label = words.group('card.partnerCenterLabel');
  const { environment, facts } = run;
  const account =
    secretOf(run) === 'key'
      ? [
          [label['applicationId'], facts.application?.appId],
          [label['directoryId'], facts.directory?.tenantId],
          [label['key'], secret],
        ]
      : [
          [label['userName'], facts.serviceUser?.userPrincipalName],
          [label['password'], facts.password ? secret : words.plain(say('card.partnerCenterLabel.passwordOwn'))],
        ];
  const all = [[label['url'], environment?.url], ...account];
  return all.flatMap(([name, value]) => (name && value ? [{ label: name, value }] : []));
}
