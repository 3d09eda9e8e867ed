import { fold } from '../../folding.ts';
import { type AskedAbout, isUnderWay, lastAskAbout, lastWaiting, makerOf, samePerson, withAsk, withdrawn } from '../asking.ts';
import type { Ask, SetupRun, StepState } from '../run.ts';
import { currentSection, goesIntoVault } from '../sections.ts';
import { type Decide, type Decision, type DecisionContext, refuse } from './decision.ts';

/** Whoever was shown it on a card sees what became of it. */
export const redraw = [{ task: { kind: 'redraw' } }] as const;

/** Several times what a setup has steps: each asks for somebody's time. */
export const mostAsks = 20;

const askable: readonly StepState['status'][] = ['planned', 'blocked', 'byHand', 'failed'];

/** Asks somebody else, found by name or address: to do one step with their own rights, or to see the values. Without a name the card asks for one. */
export const ask: Decide = (run, context) => {
  const { data, actor } = context.command;
  const about = aboutOf(run, context);
  if (about === 'partnerCenter') {
    const maker = makerOf(run);
    if (currentSection(run) !== 'partnerCenter' || !maker) return refuse('notice.nothingToAsk');
    if (goesIntoVault(run.facts)) return refuse('notice.keyInVault');
    if (!samePerson(maker, actor)) return refuse('notice.valuesNotYoursToGive', { name: maker.name });
  } else if (!about || !askable.includes(run.steps[about].status)) return refuse('notice.nothingToAsk');
  if (data.objectId) return choose(run, { about, objectId: data.objectId }, context);
  const wanted = data.wanted?.trim();
  return wanted ? search(run, { about, wanted }, context) : { kind: 'question', question: { kind: 'ask', about } };
};

/**
 * Not waiting any longer; whoever was asked is told. A step that they have approved goes on. Of several who were let see the values it is
 * the last, then the one before.
 */
export const withdraw: Decide = (run, context) => {
  const about = aboutOf(run, context);
  const waiting = about && lastWaiting(run, about);
  if (!waiting) return refuse('notice.nobodyAsked');
  if (about !== 'partnerCenter' && run.steps[about].status === 'applying') return refuse('notice.askedAtWork', { name: waiting.person?.name ?? waiting.wanted });
  return { kind: 'move', run: withdrawn(run, ({ id }) => id === waiting.id), enqueue: redraw };
};

export function aboutOf(run: SetupRun, { command: { data } }: DecisionContext): AskedAbout | undefined {
  if (data.about ?? data.stepId) return data.about ?? data.stepId;
  const section = currentSection(run);
  return section === 'environment' || section === 'prerequisites' || section === 'ended' || section === 'undo' ? undefined : section;
}

function search(run: SetupRun, asked: Pick<Ask, 'about' | 'wanted'>, context: DecisionContext): Decision {
  const waiting = lastWaiting(run, asked.about);
  // Said twice, nobody gets a second card; whoever was not found may have come since.
  if (waiting && ['searching', 'open'].includes(waiting.status) && fold(waiting.wanted) === fold(asked.wanted)) return { kind: 'show' };
  if (run.asks.length >= mostAsks) return refuse('notice.tooManyAsks', { count: mostAsks });
  const fresh = newAsk(run, { ...asked, status: 'searching' }, context);
  return { kind: 'move', run: withNew(run, fresh), enqueue: [{ task: { kind: 'findPerson' } }, ...redraw] };
}

/** One of those whom the name could mean; or, for the values, the person who began the setup. */
function choose(run: SetupRun, { about, objectId }: { about: AskedAbout; objectId: string }, context: DecisionContext): Decision {
  const { startedBy, conversationId } = run;
  if (about === 'partnerCenter' && objectId === startedBy.objectId) {
    const named = newAsk(run, { about, wanted: startedBy.name, status: 'open', person: startedBy, conversationId }, context);
    return { kind: 'move', run: withNew(run, named), enqueue: redraw };
  }
  const several = lastAskAbout(run, about);
  const person = several?.status === 'several' ? several.candidates?.find((candidate) => candidate.objectId === objectId) : undefined;
  if (!several || !person) return refuse('notice.notAmongThem');
  const { candidates: _candidates, ...rest } = several;
  return { kind: 'move', run: withAsk(run, { ...rest, person, status: 'searching' }), enqueue: [{ task: { kind: 'findPerson' } }] };
}

function newAsk(run: SetupRun, given: Pick<Ask, 'about' | 'wanted' | 'status'> & Partial<Ask>, { command, now }: DecisionContext): Ask {
  return { id: `${run.asks.length + 1}`, askedBy: command.actor, askedAt: now, signedIn: false, ...given };
}

/** One person at a time is asked about one step; the values may be named to several. */
function withNew(run: SetupRun, fresh: Ask): SetupRun {
  const before = withdrawn(run, (earlier) => earlier.about === fresh.about && (fresh.about !== 'partnerCenter' || earlier.status !== 'open') && isUnderWay(earlier));
  return { ...before, asks: [...before.asks, fresh] };
}
