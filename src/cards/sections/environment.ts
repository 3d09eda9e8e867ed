import type { Environment } from '../../setup/run.ts';
import { type Sentence, say } from '../../setup/sentence.ts';
import { button, execute, toggle } from '../actions.ts';
import { bindElements, type CardElement } from '../card.ts';
import { oneLine, shorten } from '../escape.ts';
import { accountButtons } from '../failure.ts';
import { troubleElements, wayOnButtons } from '../personNeeded.ts';
import addressTemplate from '../templates/environmentAddress.json' with { type: 'json' };
import template from '../templates/environment.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';
import { workingElements } from '../working.ts';

/** With more environments than this, a list is easier to read than buttons. */
const mostButtons = 4;
/** Nobody reads further, and the card must stay small: the address finds the rest. */
const mostChoices = 50;
const longestTitle = 40;

/** Which environment: found for the person, or typed by them. */
export function environmentSection(view: View): Opened {
  const { discovery, offered } = view.run;
  if (discovery.status === 'failed') return failed(view);
  if (discovery.status !== 'read') return searching(view);
  if (offered.length === 0) return none(view);
  return offered.length > mostButtons ? fromList(view) : fromButtons(view);
}

function searching({ run: { discovery, signedIn }, words }: View): Opened {
  const since = discovery.status === 'reading' ? discovery.since : undefined;
  const body = workingElements(
    {
      heading: say(signedIn ? 'card.environmentSearch.heading' : 'card.environmentSearch.signInHeading'),
      text: say(signedIn ? 'card.environmentSearch.text' : 'card.environmentSearch.signIn'),
      isIdle: !signedIn,
      caption: since ? say('card.step.sinceUsual', { time: words.time(since), usual: words.plain(say('card.environmentSearch.usual')) }) : undefined,
    },
    words,
  );
  return { body, actions: [] };
}

function failed(view: View): Opened {
  const { run } = view;
  if (run.discovery.status !== 'failed') throw new Error('The environments were found');
  const { failure } = run.discovery;
  // Nothing is offered to a guest, an address neither.
  if (failure.code === 'E-GUEST') return { body: troubleElements(view, 'discovery', failure, { isKept: false }), actions: [] };
  return {
    body: troubleElements(view, 'discovery', failure, { isKept: false }),
    actions: [...wayOnButtons(view, 'discovery', failure, { verb: 'retry' }), ...accountButtons(view, failure), addressToggle(view)],
    folded: address(view, { isVisible: false, isRequired: true }),
  };
}

function none(view: View): Opened {
  return {
    body: heading(view, say('card.environmentNone.heading'), say('card.environmentNone.text')),
    actions: [],
    folded: [
      ...address(view, { isVisible: true, isRequired: true }),
      { type: 'ActionSet', actions: [button(view, 'lookAgain', { verb: 'check' })] },
    ],
  };
}

function fromButtons(view: View): Opened {
  const { run } = view;
  const titleOf = titlesFor(view);
  const choices = testFirst(run.offered).map((environment, index) =>
    execute(
      titleOf(environment),
      { verb: 'choose', runId: run.id, environment: environment.url },
      { tooltip: environment.url, ...(index === 0 && { style: 'positive' }) },
    ),
  );
  return {
    body: question(view),
    actions: [...choices, addressToggle(view)],
    folded: address(view, { isVisible: false, isRequired: true }),
  };
}

function fromList(view: View): Opened {
  const { run, words } = view;
  const titleOf = titlesFor(view);
  const choices = testFirst(run.offered)
    .slice(0, mostChoices)
    .map((environment) => ({ title: titleOf(environment), value: environment.url }));
  const count = run.offered.length - choices.length;
  const list = {
    label: words.plain(say('card.environment.environment')),
    required: words.plain(say('card.environment.environmentRequired')),
    value: choices[0]?.value,
    choices,
    hasMore: count > 0,
    more: words.text(say('card.environment.more', { count })),
  };
  const use = button(view, 'environmentUse', { verb: 'choose' }, { style: 'positive', withInputs: true });
  return {
    body: question(view, list),
    actions: [use, addressToggle(view)],
    // An empty address must not stand in the way of the list's own button: all inputs of a card are checked together.
    folded: address(view, { isVisible: false, isRequired: false }),
  };
}

function question(view: View, list?: object): CardElement[] {
  const hasTest = view.run.offered.some(({ isTest }) => isTest);
  return heading(view, say('card.environment.choose'), say(hasTest ? 'card.environment.chooseTest' : 'card.environment.chooseText'), list);
}

function heading({ words }: View, title: Sentence, text: Sentence, list?: object): CardElement[] {
  return bindElements(template, { heading: words.text(title), text: words.text(text), hasList: list !== undefined, list: list ?? { choices: [], hasMore: false } });
}

function testFirst(offered: readonly Environment[]): Environment[] {
  return offered.toSorted((a, b) => Number(b.isTest) - Number(a.isTest));
}

/** Two environments of one name are told apart by their hosts. */
function titlesFor({ run, words }: View): (environment: Environment) => string {
  const counts = new Map<string, number>();
  for (const { name } of run.offered) counts.set(shortName(name), (counts.get(shortName(name)) ?? 0) + 1);
  return ({ name: fullName, url, isTest }) => {
    const short = shortName(fullName);
    const name = (counts.get(short) ?? 0) > 1 ? new URL(url).host : short;
    return isTest ? words.plain(say('card.environment.test', { name })) : name;
  };
}

function shortName(name: string): string {
  return shorten(oneLine(name), longestTitle);
}

function addressToggle({ words }: View) {
  return toggle(words, 'addressOther', 'addressPart');
}

function address(view: View, { isVisible, isRequired }: { isVisible: boolean; isRequired: boolean }): CardElement[] {
  return bindElements(addressTemplate, {
    text: view.words.group('card.environmentAddress'),
    isVisible,
    isRequired,
    actions: [button(view, 'addressUse', { verb: 'submit' }, { withInputs: true, ...(isVisible && { style: 'positive' }) })],
  });
}
