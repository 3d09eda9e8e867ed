import { makerOf, maySee, samePerson } from '../asking.ts';
import type { Person, SetupRun } from '../run.ts';
import { currentSection, goesIntoVault, handsOverSecret } from '../sections.ts';
import { type Decide, refuse } from './decision.ts';

const shownForMs = 15 * 60_000;

/** Shows the key or the password to the person who approved its making, or whom they named, for fifteen minutes from the first time. */
export const reveal: Decide = (run, { command, now }) => {
  if (currentSection(run) !== 'partnerCenter') return refuse('notice.nothingToReveal');
  const isPassword = run.path === 'microsoft365';
  if (!handsOverSecret(run)) return refuse(isPassword ? 'notice.passwordTheirs' : goesIntoVault(run.facts) ? 'notice.keyInVault' : 'notice.keyByHand');
  if (!maySee(run, command.actor)) return refuse(isPassword ? 'notice.passwordNotYours' : 'notice.revealNotYours', { name: makerOf(run)?.name ?? run.startedBy.name });
  const { revealUntil } = run.handover;
  if (!revealUntil) return { kind: 'reveal', moved: firstReveal(run, command.actor, now) };
  return now < revealUntil ? { kind: 'reveal', moved: { kind: 'move', run: withReveal(run, command.actor, now) } } : refuse(isPassword ? 'notice.passwordOver' : 'notice.revealOver');
};

function firstReveal(run: SetupRun, by: Person, now: string) {
  const revealUntil = new Date(Date.parse(now) + shownForMs).toISOString();
  return {
    kind: 'move',
    run: withReveal({ ...run, handover: { revealedAt: now, revealUntil } }, by, now),
    // What was shown is taken off the card even when nobody clicks again.
    enqueue: [{ task: { kind: 'conceal' }, notBefore: revealUntil }],
    secretsUntil: revealUntil,
  } as const;
}

/** Each time is kept, with who it was shown to. */
function withReveal(run: SetupRun, by: Person, at: string): SetupRun {
  const { handover } = run;
  return { ...run, handover: { ...handover, reveals: [...(handover.reveals ?? []), { at, by }] } };
}

/** "I have entered it", from whoever may see it or began the setup: what lies sealed is destroyed and the setup ends. */
export const done: Decide = (run, { command: { actor }, now }) => {
  if (!samePerson(run.startedBy, actor) && !maySee(run, actor)) return refuse('notice.notYours', { name: run.startedBy.name });
  if (currentSection(run) !== 'partnerCenter') return refuse('notice.notDoneYet');
  if (handsOverSecret(run) && !run.handover.revealedAt) return refuse('notice.revealFirst');
  const { mending: _over, ...rest } = run;
  return {
    kind: 'move',
    run: { ...rest, status: 'finished', handover: { ...run.handover, enteredAt: now } },
    destroySecrets: true,
    lock: 'release',
  };
};
