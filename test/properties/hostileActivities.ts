import * as fc from 'fast-check';

import { tenant } from '../../sandbox/personas.ts';
import { verbs } from '../../src/setup/commands/command.ts';
import { stepIds } from '../../src/setup/run.ts';

/** What a client that knows a setup of somebody else's could put into its clicks. */
export interface Known {
  readonly runId: string;
  readonly planHash: string;
}

const text = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('set up leads', 'status', 'approve', 'cancel', 'help', 'retry', 'done', 'back', 'ask priya', 'statut', 'langue français', '123456'),
  fc.constantFrom('<at>Lead Setup</at> approve', '${7*7}', '{{run.id}}', '$t(card.button.retry)', '"><script>alert(1)</script>', 'https://169.254.169.254/', 'https://contoso.crm4.dynamics.com.attacker.example'),
  fc.string({ minLength: 5_000, maxLength: 20_000 }),
);

const junk = fc.oneof(fc.jsonValue({ maxDepth: 4 }), text, fc.constantFrom(null, true, -1, 1e308, [], {}, '__proto__', { __proto__: { polluted: true } }));

/** The envelope of an activity: without a good one the bot reads no further. */
function nearlyAlways<T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: good }, { weight: 1, arbitrary: junk });
}

/** Sometimes as it should be, sometimes anything. */
function mostly<T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: junk });
}

function clickData({ runId, planHash }: Known) {
  return fc.record(
    {
      runId: mostly(fc.constant(runId)),
      stepId: mostly(fc.constantFrom(...stepIds)),
      planHash: mostly(fc.constant(planHash)),
      shownHash: mostly(fc.constant(planHash)),
      environment: mostly(text),
      address: mostly(text),
      path: mostly(fc.constantFrom('entra', 'microsoft365')),
      displayName: mostly(text),
      wanted: mostly(text),
      objectId: mostly(fc.uuid()),
      about: mostly(fc.constantFrom(...stepIds, 'partnerCenter')),
      confirmed: mostly(fc.boolean()),
      removeKey: mostly(fc.constantFrom('true', 'false')),
    },
    { requiredKeys: [] },
  );
}

function clicks(known: Known) {
  const verb = mostly(fc.constantFrom(...verbs));
  const data = mostly(clickData(known));
  const action = fc.record({ type: mostly(fc.constant('Action.Execute')), verb, data }, { requiredKeys: [] });
  const value = mostly(fc.record({ action: mostly(action), trigger: mostly(fc.constantFrom('manual', 'automatic')) }, { requiredKeys: [] }));
  const submitted = fc.tuple(verb, clickData(known)).map(([name, given]) => ({ ...given, verb: name }));
  return fc.oneof(
    fc.record({ type: fc.constant('invoke'), name: fc.constant('adaptiveCard/action'), replyToId: mostly(fc.constant('message-1')), value }),
    fc.record({ type: fc.constant('message'), value: mostly(submitted) }),
    fc.record({ type: fc.constant('invoke'), name: fc.constant('task/fetch'), value: mostly(fc.record({ data: mostly(submitted) })) }),
  );
}

function others() {
  const name = fc.oneof(
    fc.constantFrom('signin/verifyState', 'signin/tokenExchange', 'signin/failure', 'task/submit', 'composeExtension/query', 'fileConsent/invoke', 'actionableMessage/executeAction'),
    text,
  );
  return fc.oneof(
    fc.record({ type: fc.constant('message'), text: mostly(text) }),
    fc.record({ type: fc.constant('invoke'), name, value: junk }),
    fc.record({ type: fc.constantFrom('conversationUpdate', 'installationUpdate'), action: junk, membersAdded: junk, membersRemoved: junk }),
    fc.record({ type: fc.oneof(fc.constantFrom('event', 'typing', 'messageReaction', 'endOfConversation', 'trace', 'handoff'), text), value: junk, name: junk }),
  );
}

/** Anything but the person who began the setup; in their conversation too. */
function stranger(conversationId: string) {
  return fc.record({
    from: nearlyAlways(fc.record({ id: nearlyAlways(fc.uuid().map((id) => `29:${id}`)), name: nearlyAlways(fc.string({ unit: 'binary', maxLength: 100 })), aadObjectId: nearlyAlways(fc.uuid()) }, { requiredKeys: [] })),
    conversation: nearlyAlways(
      fc.record({
        id: nearlyAlways(fc.oneof(fc.constant(conversationId), fc.uuid().map((id) => `a:${id}`))),
        conversationType: nearlyAlways(fc.constantFrom('personal', 'personal', 'groupChat', 'channel')),
        tenantId: nearlyAlways(fc.oneof({ weight: 9, arbitrary: fc.constant(tenant.id) }, { weight: 1, arbitrary: fc.uuid() })),
        isGroup: nearlyAlways(fc.boolean()),
      }, { requiredKeys: ['id'] }),
    ),
    channelData: nearlyAlways(fc.record({ tenant: nearlyAlways(fc.record({ id: nearlyAlways(fc.constant(tenant.id)) })) }, { requiredKeys: [] })),
    locale: nearlyAlways(fc.constantFrom('en-US', 'fr-FR', 'xx')),
    localTimezone: nearlyAlways(fc.constantFrom('Europe/Paris', 'Nowhere/At-All')),
    entities: nearlyAlways(fc.array(fc.record({ type: fc.constant('mention'), mentioned: fc.record({ id: fc.constant('28:bot'), name: text }), text }), { maxLength: 3 })),
    attachments: nearlyAlways(fc.array(fc.dictionary(text, junk, { maxKeys: 3 }), { maxLength: 3 })),
  }, { requiredKeys: ['from', 'conversation'] });
}

/** Activities of anybody but whoever began the setup: clicks on their cards first, then everything else that Teams can send, and what it cannot. */
export function hostileActivities(known: Known, conversationId: string): fc.Arbitrary<Record<string, unknown>> {
  const what = fc.oneof({ weight: 3, arbitrary: clicks(known) }, { weight: 2, arbitrary: others() });
  return fc.tuple(what, stranger(conversationId)).map(([activity, sender]) => ({ ...activity, ...sender }));
}
