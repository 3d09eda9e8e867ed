import type { SetupRun } from '../setup/run.ts';
import { currentSection, type Section, sections } from '../setup/sections.ts';

export type OpenSection = (typeof sections)[number];

/** Whether the setup waits for something later than this section, so that its dialog has nothing left to do. */
export function hasPassed(section: OpenSection, run: SetupRun): boolean {
  return position(currentSection(run)) > position(section);
}

/** What is taken back, or has ended, is behind every section. */
function position(section: Section): number {
  return section === 'ended' || section === 'undo' ? sections.length : sections.indexOf(section);
}
