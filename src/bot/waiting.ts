import { askAbout } from '../setup/asking.ts';
import type { SetupRun } from '../setup/run.ts';
import { currentSection, type Section } from '../setup/sections.ts';
import { type Sentence, say } from '../setup/sentence.ts';

/** What to say to words that mean nothing here: what is waited for, and what would be understood. */
export function waitingSentence(run: SetupRun | undefined): Sentence {
  const section = run?.status === 'active' ? currentSection(run) : 'ended';
  if (!run || section === 'ended') return say('bot.unknownWords');
  if (section === 'undo') return say(isUndoAtWork(run) ? 'bot.atWork' : 'bot.waitsFor.undo');
  if (section !== 'environment' && section !== 'prerequisites' && section !== 'partnerCenter' && run.steps[section].status === 'byHand') return say('bot.byHand');
  const asked = section === 'environment' || section === 'prerequisites' ? undefined : askAbout(run, section);
  if (asked?.status === 'open' && asked.about !== 'partnerCenter' && !isAtWork(run, section)) return say('bot.waitsForThem', { name: asked.person?.name ?? asked.wanted });
  return say(isAtWork(run, section) ? 'bot.atWork' : `bot.waitsFor.${section}`);
}

function isUndoAtWork({ undo }: SetupRun): boolean {
  return undo?.state.status === 'planning' || undo?.state.status === 'undoing';
}

function isAtWork(run: SetupRun, section: Exclude<Section, 'ended' | 'undo'>): boolean {
  switch (section) {
    case 'environment':
      return run.discovery.status === 'reading';
    case 'prerequisites':
      return run.prerequisites.status === 'reading';
    case 'partnerCenter':
      return false;
    default:
      return ['waiting', 'planning', 'applying'].includes(run.steps[section].status);
  }
}
