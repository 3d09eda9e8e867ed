import type { Failure } from '../setup/errors.ts';
import { type Path, pathSchema, type Reading, type SetupRun, type StepId, type StepState } from '../setup/run.ts';
import { currentSection, provingStep, type Section, stepsOf } from '../setup/sections.ts';
import { say, type Sentence } from '../setup/sentence.ts';
import { isProven } from './handedOver.ts';
import { needBehind } from './personNeeded.ts';
import type { Words } from './words.ts';

type Line = Exclude<Section, 'environment' | 'undo' | 'ended'>;

/** The lines of the chosen way, in order. */
export function linesOf(run: SetupRun): readonly Line[] {
  return ['prerequisites', ...stepsOf(run), 'partnerCenter'];
}

type Mark = 'done' | 'leftOut' | 'now' | 'working' | 'trouble' | 'open';

interface State {
  readonly mark: Mark;
  readonly sentence: Sentence;
}

/** Every mark has its own shape, and its words stand beside it: colour only helps. */
const looks: Readonly<Record<Mark, { icon: string; color: string }>> = {
  done: { icon: '✓', color: 'Good' },
  leftOut: { icon: '–', color: 'Default' },
  now: { icon: '●', color: 'Accent' },
  working: { icon: '◔', color: 'Accent' },
  trouble: { icon: '✗', color: 'Attention' },
  open: { icon: '○', color: 'Default' },
};

/** The checklist of a setup, as the card's template takes it. */
export function checklist(run: SetupRun, words: Words) {
  const current = currentSection(run);
  return linesOf(run).map((line) => {
    const { mark, sentence } = stateOf(line, run, words);
    return {
      ...looks[mark],
      label: words.text(say(`card.checklist.label.${line}`)),
      weight: line === current ? 'Bolder' : 'Default',
      state: words.text(sentence),
      isSubtle: ['open', 'leftOut', 'done'].includes(mark),
    };
  });
}

/** How long it usually takes. */
export function usual(id: StepId | 'prerequisites'): Sentence {
  return say(`card.usual.${id}`);
}

function stateOf(line: Line, run: SetupRun, words: Words): State {
  if (line === 'partnerCenter') return partnerCenterState(run, currentSection(run), words);
  const state = line === 'prerequisites' ? readingState(run, words) : stepState(line, run, words);
  const isOver = run.status !== 'active' && !['done', 'leftOut'].includes(state.mark);
  return isOver ? { mark: 'open', sentence: say('card.checklist.state.notDone') } : state;
}

function partnerCenterState(run: SetupRun, current: Section, words: Words): State {
  const { enteredAt } = run.handover;
  if (enteredAt) return done(enteredAt, words);
  if (current === 'partnerCenter') return { mark: 'now', sentence: say('card.checklist.state.waitingForYou') };
  return { mark: 'open', sentence: say(`card.checklist.state.${run.status === 'active' ? 'notStarted' : 'notDone'}`) };
}

function readingState(run: SetupRun, words: Words): State {
  const reading: Reading = run.prerequisites;
  switch (reading.status) {
    case 'waiting':
      return { mark: 'open', sentence: say('card.checklist.state.notStarted') };
    case 'reading':
      return working(reading.since, 'prerequisites', words);
    case 'failed':
      return failed(reading, words);
    case 'read':
      if (run.path) return done(reading.at, words);
      return isBlocked(run)
        ? { mark: 'trouble', sentence: say('card.checklist.state.blocked') }
        : { mark: 'now', sentence: say('card.checklist.state.waitingForYou') };
  }
}

/** Whether no way is open. */
export function isBlocked(run: SetupRun): boolean {
  return pathSchema.options.every((path) => isClosed(run, path));
}

/** Whether a proven no stands in this way. */
export function isClosed({ checks }: SetupRun, path: Path): boolean {
  return checks.some(({ verdict, paths }) => verdict === 'blocked' && paths.includes(path));
}

function stepState(id: StepId, run: SetupRun, words: Words): State {
  const state: StepState = run.steps[id];
  switch (state.status) {
    case 'waiting':
      return { mark: 'open', sentence: say(`card.checklist.state.${currentSection(run) === id ? 'next' : 'notStarted'}`) };
    case 'planning':
      return { mark: 'working', sentence: say('card.checklist.state.preparing', { time: words.time(state.since) }) };
    case 'planned':
      return { mark: 'now', sentence: say('card.checklist.state.waitingForYou') };
    case 'applying':
      if (state.signInLost) return { mark: 'now', sentence: say('card.checklist.state.waitingForSignIn') };
      return working(state.progress?.since ?? state.approvedAt, id, words, state.progress?.percent);
    case 'done':
      return id === provingStep(run) ? proofState(id, state.at, run, words) : done(state.at, words);
    case 'blocked':
      return { mark: 'trouble', sentence: say(`card.checklist.state.${hasChoices(state) ? 'otherChoice' : 'blocked'}`) };
    case 'byHand':
      return { mark: 'now', sentence: say('card.checklist.state.byHand') };
    case 'failed':
      return failed(state, words);
  }
}

function hasChoices({ choices = {} }: StepState & { status: 'blocked' }): boolean {
  return Object.keys(choices).length > 0;
}

function done(at: string, words: Words): State {
  return { mark: 'done', sentence: say('card.checklist.state.done', { time: words.time(at) }) };
}

/** The key or the password is there all the same; whether it works was left to others, or could not be shown where it was made by hand. */
function proofState(id: StepId, at: string, run: SetupRun, words: Words): State {
  if (isProven(run)) return done(at, words);
  const how = run.inputs[id]['proof'] === 'no' ? 'leftOut' : 'untested';
  return { mark: 'leftOut', sentence: say(`card.checklist.state.${how}`, { time: words.time(at) }) };
}

function failed({ at, failure }: { at: string; failure: Failure }, words: Words): State {
  const need = needBehind(failure);
  if (need) return { mark: 'now', sentence: say(`card.checklist.state.${need}`) };
  return { mark: 'trouble', sentence: say('card.checklist.state.failed', { time: words.time(at) }) };
}

function working(since: string, id: StepId | 'prerequisites', words: Words, percent?: number): State {
  const values = { time: words.time(since), usual: words.plain(usual(id)) };
  return percent === undefined
    ? { mark: 'working', sentence: say('card.checklist.state.working', values) }
    : { mark: 'working', sentence: say('card.checklist.state.percent', { ...values, percent: words.percent(percent) }) };
}

/** `2` for the second line; undefined for what stands before and after them. */
export function numberOf(section: Section, run: SetupRun): number | undefined {
  const index = linesOf(run).findIndex((line) => line === section);
  return index === -1 ? undefined : index + 1;
}
