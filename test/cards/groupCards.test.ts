import { chatLink } from '../../src/cards/portals.ts';
import { gallery, portals } from './gallery.ts';
import { longTexts, runsWith, secret, shortTexts } from './runs.ts';
import { actionsOf, strings } from './walk.ts';

const runs = [longTexts, shortTexts].flatMap((texts) => Object.values(runsWith(texts)));
const exhibits = [longTexts, shortTexts].flatMap((texts) => gallery(texts)).filter(({ name }) => name.startsWith('group'));
const textOfCard = (name: string) => strings(exhibits.findLast((exhibit) => exhibit.name === name)?.card).join('\n');

describe('a card in a group', () => {
  it('tells nothing that a run holds: no name, address, id, or message', () => {
    const held = runs.flatMap((run) => strings(run)).filter((text) => /[\s\d@:/]/u.test(text) && text.length > 3);
    expect(held.length).toBeGreaterThan(100);
    for (const { card } of exhibits) {
      const shown = JSON.stringify(card);
      expect(held.filter((text) => shown.includes(text))).toEqual([]);
      expect(shown).not.toContain(secret);
    }
  });

  it('has one button, which leads into the personal chat', () => {
    const url = 'https://teams.microsoft.com/l/chat/0/0?users=28:5b2d7a10-8d4f-4b6a-9c3e-0f1a2b3c4d5e';
    for (const { card } of exhibits) expect(actionsOf(card)).toEqual([expect.objectContaining({ type: 'Action.OpenUrl', url })]);
  });
});

it('an id of the channel stays one value of the link', () => {
  expect(chatLink(portals, '28:a&users=b#c')).toBe('https://teams.microsoft.com/l/chat/0/0?users=28:a%26users%3Db%23c');
});

describe('the status in a group', () => {
  it.each([
    ['none', ['You have no setup yet.']],
    ['signingIn', ['Steps done: 0 of 6.', '**Environment:** waiting for you since 14:00 UTC.']],
    ['discovering', ['**Environment:** in progress since 14:02 UTC.']],
    ['discoveryFailed', ['**Environment:** in trouble since 14:02 UTC.']],
    ['prerequisitesReading', ['**Prerequisites:** in progress since 14:02 UTC.']],
    ['prerequisitesPassed', ['Steps done: 0 of 6.', '**Prerequisites:** waiting for you since 14:02 UTC.']],
    ['prerequisitesBlocked', ['**Prerequisites:** in trouble since']],
    ['solutionBlocked', ['Steps done: 1 of 6.', '**Solution:** in trouble since']],
    ['solutionFailed', ['**Solution:** in trouble since']],
    ['applicationPlanned', ['**Solution:** in progress since 14:02 UTC.', '**Account:** waiting for you since 14:02 UTC.']],
    ['handover', ['Steps done: 5 of 6.', '**Partner Center:** waiting for you since 14:02 UTC.']],
    ['finished', ['It is finished (14:09 UTC).', 'Steps done: 6 of 6.']],
    ['cancelledDuringImport', ['It was stopped (14:02 UTC).']],
  ])('of a setup: %s', (name, sentences) => {
    for (const sentence of sentences) expect(textOfCard(`groupStatus.${name}`)).toContain(sentence);
  });

  it('tells of nothing that goes on in a setup that has ended', () => {
    expect(textOfCard('groupStatus.cancelledDuringImport')).not.toMatch(/in progress|waiting/u);
  });
});
