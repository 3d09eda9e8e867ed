import type { SetupRun } from '../setup/run.ts';
import { goesIntoVault, provingStep } from '../setup/sections.ts';
import { say } from '../setup/sentence.ts';
import type { View } from './view.ts';
import type { Words } from './words.ts';

/** What Partner Center signs in with. A key made by hand, and the password of a user that was there before, are known to their people only. */
export type Secret = 'key' | 'ownKey' | 'vaultKey' | 'password' | 'ownPassword';

export function secretOf({ path, facts }: Pick<SetupRun, 'path' | 'facts'>): Secret {
  if (path !== 'microsoft365') return goesIntoVault(facts) ? 'vaultKey' : facts.key?.isByHand ? 'ownKey' : 'key';
  return facts.serviceUser?.isTheirs ? 'ownPassword' : 'password';
}

export function isKeyOf(secret: Secret): boolean {
  return secret === 'key' || secret === 'ownKey' || secret === 'vaultKey';
}

/** It is not here to be shown: the bot has never seen it, or it lies in the organization's own vault. */
export function isElsewhere(secret: Secret): boolean {
  return secret === 'ownKey' || secret === 'vaultKey' || secret === 'ownPassword';
}

/** The proof was not left out, and could be made: not by hand, where the bot does nothing. */
export function isProven(run: SetupRun): boolean {
  const state = run.steps[provingStep(run)];
  return state.status === 'done' && state.evidence.some(({ key }) => key === `${provingStep(run)}.proven`);
}

/** The day by which the key or the password has to be another one. */
export function endsOn({ facts, updatedAt }: SetupRun, words: Words): string {
  return words.date(facts.key?.endsAt ?? facts.password?.renewBy ?? updatedAt);
}

/** Where the password is says the card itself: after the end it is not here any more. */
const aboutPassword = ['passwordAndProof.passwordKept', 'passwordAndProof.passwordTheirs'];

/** What the proving step has shown, and what it could not show. */
export function evidenceOf({ run, words }: View): string[] {
  const state = run.steps[provingStep(run)];
  if (state.status !== 'done') return [];
  return state.evidence.filter(({ key }) => !aboutPassword.includes(key)).map((sentence) => words.text(sentence));
}

/** What people learn too late otherwise; what ends first. */
export function notesOf({ run, words }: View): string[] {
  const secret = secretOf(run);
  const values = { date: endsOn(run, words) };
  const own = words.group(`card.${isKeyOf(secret) ? 'key' : 'password'}Notes`, values);
  if (secret === 'ownPassword') own['ends'] = words.text(say('card.ownPasswordNotes.ends'));
  return [...Object.values(own), ...Object.values(words.group('card.partnerCenterNotes'))];
}

/** The values under Partner Center's own labels, in its order. The secret only where it is given. */
export function valuesOf({ run, words }: View, secret: string | undefined): { label: string; value: string }[] {
  const label = words.group('card.partnerCenterLabel');
  const { environment, facts } = run;
  const account =
    isKeyOf(secretOf(run))
      ? [
          [label['applicationId'], facts.application?.appId],
          [label['directoryId'], facts.directory?.tenantId],
          facts.vaultSecret && goesIntoVault(facts) ? [label['keyVault'], facts.vaultSecret.version] : [label['key'], secret],
        ]
      : [
          [label['userName'], facts.serviceUser?.userPrincipalName],
          [label['password'], facts.password ? secret : words.plain(say('card.partnerCenterLabel.passwordOwn'))],
        ];
  const all = [[label['url'], environment?.url], ...account];
  return all.flatMap(([name, value]) => (name && value ? [{ label: name, value }] : []));
}

/** As Key Vault itself names a version of a secret. */
export function secretAddress({ address, name, version }: NonNullable<SetupRun['facts']['vaultSecret']>): string {
  return [address, 'secrets', name, ...(version === undefined ? [] : [version])].join('/');
}
