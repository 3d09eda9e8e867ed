import type { Failure } from '../setup/errors.ts';
import { permissionsOf, type Permission } from '../setup/permissions.ts';
import { say } from '../setup/sentence.ts';
import { button, openLink, type ActionData } from './actions.ts';
import { bindElements, type CardAction, type CardElement } from './card.ts';
import { marksOf } from './failure.ts';
import template from './templates/consent.json' with { type: 'json' };
import type { View } from './view.ts';

/** Nobody has agreed yet to what this way of setting up needs: what that is and what for, and who can agree. */
export function consentElements({ run, words, browserLinks }: View, failure: Failure, { isKept }: { isKept: boolean }): CardElement[] {
  const how = [say(`card.consent.${browserLinks ? 'byPage' : 'byHand'}`), ...(run.path ? [] : [say('card.consent.beforeChoice')]), ...(isKept ? [say('card.consent.kept')] : [])];
  return bindElements(template, {
    heading: words.text(say('card.consent.heading')),
    meaning: words.text(say('card.consent.meaning')),
    how: how.map((sentence) => words.text(sentence)),
    permissions: permissionsOf(run).map((permission) => ({ name: nameOf(permission), reason: words.text(say(keyOf(permission))) })),
    marks: marksOf(failure, words),
  });
}

/** To Entra's page, and back from it. */
export function consentButtons(view: View, again: ActionData): CardAction[] {
  const { browserLinks, run, words } = view;
  const toPage = browserLinks ? [openLink(words, 'openConsent', browserLinks.consent(run), { style: 'positive' })] : [];
  return [...toPage, button(view, 'consented', again, browserLinks ? {} : { style: 'positive' })];
}

/** As Entra calls them, in every language. */
const resourceNames: Readonly<Record<Permission['resource'], string>> = { graph: 'Microsoft Graph', dynamics: 'Dynamics CRM', powerApps: 'PowerApps Service', keyVault: 'Azure Key Vault' };

function nameOf({ resource, scope }: Permission): string {
  return `${resourceNames[resource]}: ${scope}`;
}

/** Dots and dashes mean something in a key. */
function keyOf({ resource, scope }: Permission): string {
  return `permission.${resource}.${scope.replaceAll(/[^a-z]/giu, '_')}`;
}
