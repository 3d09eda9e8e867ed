import { say } from '../setup/sentence.ts';
import { button } from './actions.ts';
import { type AdaptiveCard, bindElements, type CardElement } from './card.ts';
import { messageElements, plainCard } from './plainCard.ts';
import { staysElements } from './sections/ended.ts';
import removeKeyTemplate from './templates/removeKey.json' with { type: 'json' };
import type { SetupCardInput, View } from './view.ts';
import { wordsFor } from './words.ts';

/** `set up leads` while a setup is under way. */
export function continueOrRestartCard(input: SetupCardInput): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const { run, words } = view;
  const begun = { name: run.startedBy.name, at: run.startedAt };
  const about = run.environment
    ? say('card.continueOrRestart.about', { ...begun, environment: run.environment.name })
    : say('card.continueOrRestart.aboutUnknown', begun);
  const sentences = [about, say('card.continueOrRestart.continue'), say('card.continueOrRestart.restart')];
  const heading = words.text(say('card.continueOrRestart.heading'));
  return plainCard(words, messageElements(heading, ...sentences.map((sentence) => words.text(sentence))), [
    button(view, 'continue', { verb: 'continue' }, { style: 'positive' }),
    button(view, 'startAgain', { verb: 'restart' }),
  ]);
}

/** `cancel`: what was done and what stays, and the question whether to stop. */
export function cancelCard(input: SetupCardInput): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  return plainCard(view.words, [...staysElements(view), ...removeKeyElements(view)], [
    button(view, 'stop', { verb: 'cancel', confirmed: true }, { style: 'destructive', withInputs: true }),
    button(view, 'keepGoing', { verb: 'continue' }),
  ]);
}

function removeKeyElements({ run: { facts }, words }: View): CardElement[] {
  if (!facts.key) return [];
  return bindElements(removeKeyTemplate, {
    label: words.plain(say('card.cancelKey.label')),
    title: words.plain(say('card.cancelKey.remove', { name: facts.key.displayName })),
    why: words.text(say('card.cancelKey.why')),
  });
}
