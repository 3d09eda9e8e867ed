import type { Reading, SetupRun, StepState } from '../setup/run.ts';
import { isUndoing, type Undoing } from '../setup/undo/underWay.ts';
import { currentSection, type Section, stepsOf } from '../setup/sections.ts';
import { isBlocked, linesOf } from './checklist.ts';
import { needBehind } from './personNeeded.ts';

/** A part of a setup that something is going on with. */
export interface OpenPart {
  readonly section: Exclude<Section, 'ended'>;
  readonly how: 'working' | 'waiting' | 'trouble';
  /** ISO. */
  readonly since: string;
}

/** How far a setup is, without a name, address, id or message: what may be told where others read it. */
export interface Standing {
  readonly done: number;
  /** The lines of the checklist. */
  readonly total: number;
  readonly open: readonly OpenPart[];
}

export function standingOf(run: SetupRun): Standing {
  const done = [run.path, run.handover.enteredAt].filter(Boolean).length + stepsOf(run).filter((id) => run.steps[id].status === 'done').length;
  return { done, total: linesOf(run).length, open: openParts(run) };
}

function openParts(run: SetupRun): OpenPart[] {
  if (run.status !== 'active') return [];
  return isUndoing(run) ? openUndo(run) : [...openBefore(run), ...openSteps(run), ...openEnd(run)];
}

function openUndo({ undo: { state } }: Undoing): OpenPart[] {
  switch (state.status) {
    case 'planning':
      return [{ section: 'undo', how: 'working', since: state.since }];
    case 'planned':
      return [{ section: 'undo', how: 'waiting', since: state.at }];
    case 'undoing':
      return [{ section: 'undo', how: 'working', since: state.approvedAt }];
    case 'failed':
      return [{ section: 'undo', how: needBehind(state.failure) ? 'waiting' : 'trouble', since: state.at }];
    default:
      return [];
  }
}

function openBefore(run: SetupRun): OpenPart[] {
  if (!run.environment) return [openReading('environment', run.discovery, run) ?? { section: 'environment', how: 'waiting', since: run.startedAt }];
  if (run.path) return [];
  const part = openReading('prerequisites', run.prerequisites, run);
  return part ? [part] : [];
}

function openReading(section: 'environment' | 'prerequisites', reading: Reading, run: SetupRun): OpenPart | undefined {
  switch (reading.status) {
    case 'waiting':
      return undefined;
    case 'reading':
      return { section, how: 'working', since: reading.since };
    case 'failed':
      return { section, how: needBehind(reading.failure) ? 'waiting' : 'trouble', since: reading.at };
    case 'read':
      return { section, how: section === 'prerequisites' && isBlocked(run) ? 'trouble' : 'waiting', since: reading.at };
  }
}

function openSteps(run: SetupRun): OpenPart[] {
  return stepsOf(run).flatMap((section) => {
    const part = openStep(run.steps[section]);
    return part ? [{ section, ...part }] : [];
  });
}

function openStep(state: StepState): Pick<OpenPart, 'how' | 'since'> | undefined {
  switch (state.status) {
    case 'waiting':
    case 'done':
      return undefined;
    case 'planning':
      return { how: 'working', since: state.since };
    case 'applying':
      return state.signInLost ? { how: 'waiting', since: state.signInLost.since } : { how: 'working', since: state.progress?.since ?? state.approvedAt };
    case 'byHand':
      return { how: 'waiting', since: state.since };
    case 'planned':
      return { how: 'waiting', since: state.at };
    case 'blocked':
      return { how: 'trouble', since: state.at };
    case 'failed':
      return { how: needBehind(state.failure) ? 'waiting' : 'trouble', since: state.at };
  }
}

/** Partner Center waits for the person since the last step was done. */
function openEnd(run: SetupRun): OpenPart[] {
  if (currentSection(run) !== 'partnerCenter') return [];
  const since = stepsOf(run).map((id) => ('at' in run.steps[id] ? run.steps[id].at : run.startedAt)).toSorted().at(-1) ?? run.startedAt;
  return [{ section: 'partnerCenter', how: 'waiting', since }];
}
