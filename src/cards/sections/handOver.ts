import { askAbout, makerOf, maySee, namedBy, samePerson } from '../../setup/asking.ts';
import type { Person } from '../../setup/run.ts';
import { handsOverSecret, provingStep } from '../../setup/sections.ts';
import { say } from '../../setup/sentence.ts';
import { button, cancelButton, execute } from '../actions.ts';
import { bindElements, type CardAction } from '../card.ts';
import { oneLine, shorten } from '../escape.ts';
import { secretOf } from '../handedOver.ts';
import blockedTemplate from '../templates/blocked.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';
import { askButton, askSection } from './asking.ts';
import { partnerCenterButton, partnerCenterSection } from './partnerCenter.ts';

const longestName = 34;
const mostButtons = 6;
/** What whoever was asked may do with the values; ending the setup or making others is not theirs. */
const theirVerbs: readonly unknown[] = ['reveal', 'done', 'ask', undefined];

/** The values, for whoever may see them; for the others, who has them. */
export function handOverSection(view: View): Opened {
  const viewer = view.ask?.person ?? view.run.startedBy;
  const maker = makerOf(view.run);
  const isMaker = maker !== undefined && samePerson(maker, viewer);
  const searching = isMaker ? askAbout(view.run, 'partnerCenter') : undefined;
  if (searching && searching.status !== 'open' && samePerson(searching.askedBy, viewer)) return askSection(view, searching);
  if (!maySee(view.run, viewer) && maker && handsOverSecret(view.run)) return elsewhere(view, maker);
  const opened = partnerCenterSection(view);
  const own = view.ask ? opened.actions.filter(isTheirs) : opened.actions;
  return { ...opened, actions: [...own, ...(isMaker && canBeSeen(view, own) ? naming(view, mostButtons - own.length) : [])] };
}

/** After the fifteen minutes there is nothing left that others could be let see. */
function canBeSeen({ secret }: View, actions: CardAction[]): boolean {
  return secret !== undefined || actions.some(({ verb, data }) => (verb ?? verbIn(data)) === 'reveal');
}

function isTheirs({ verb, data }: CardAction): boolean {
  return theirVerbs.includes(verb ?? verbIn(data));
}

/** A button that opens a task module has its verb in its data. */
function verbIn(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'verb' in data ? data.verb : undefined;
}

/** Somebody else has them: whom to turn to. */
function elsewhere(view: View, maker: Person): Opened {
  const { run, words } = view;
  const values = { name: maker.name };
  const secret = secretOf(run) === 'key' ? 'key' : 'password';
  const body = bindElements(blockedTemplate, {
    heading: words.text(say(`card.valuesElsewhere.${secret}`, values)),
    reason: words.text(say('card.valuesElsewhere.text', values)),
    cure: words.text(say('card.valuesElsewhere.cure', values)),
  });
  const entered = run.handover.revealedAt ? [button(view, 'entered', { verb: 'done' }, { style: 'positive' })] : [];
  const title = secretOf(run) === 'key' ? 'newKey' : 'newPassword';
  const newSecret = button(view, title, { verb: 'retry', stepId: provingStep(run) });
  return { body, actions: [...entered, partnerCenterButton(view), ...(run.handover.revealedAt ? [newSecret] : []), cancelButton(view)] };
}

/** Others whom the maker may let see the values: first whoever began the setup. */
function naming(view: View, room: number): CardAction[] {
  const { run, words, ask } = view;
  const { startedBy } = run;
  const isNamed = namedBy(run).some((person) => samePerson(person, startedBy));
  const title = words.plain(say('card.button.letSee', { name: shorten(oneLine(startedBy.name), longestName) }));
  const data = { verb: 'ask', runId: run.id, about: 'partnerCenter', objectId: startedBy.objectId } as const;
  const letStarter = ask && !isNamed ? [execute(title, data)] : [];
  return [...letStarter, askButton(view, 'partnerCenter', 'letAnotherSee')].slice(0, Math.max(0, room));
}
