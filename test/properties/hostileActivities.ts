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

const people = fc.array(fc.record({ id: fc.string({ minLength: 1 }), name: fc.string() }), { maxLength: 3 });

/** The envelope of an activity: without a good one the bot reads no further. */
function nearlyAlways<T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: good }, { weight: 1, arbitrary: junk });
}

/** Sometimes as it should be, sometimes anything. */
function mostly<T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: junk });
}

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** As its own client would send it, but for one field, which is anything or missing. */
function butOne(fields: Fields, asItShouldBe = 2): fc.Arbitrary<Record<string, unknown>> {
  const good = fc.record(fields);
  const spoiled = fc.tuple(good, fc.constantFrom(...Object.keys(fields)), fc.option(junk)).map(([known, name, instead]) => {
    const { [name]: _field, ...rest } = known;
    return instead === null ? rest : { ...rest, [name]: instead };
  });
  return fc.oneof({ weight: asItShouldBe, arbitrary: good }, { weight: 1, arbitrary: spoiled });
}

/** A claim about somebody else's setup: every verb, mostly with the ids that are right. */
function clickData({ runId, planHash }: Known): fc.Arbitrary<Record<string, unknown>> {
  const rest = fc.record(
    {
      shownHash: fc.constant(planHash),
      environment: text,
      address: text,
      path: fc.constantFrom('entra', 'microsoft365'),
      displayName: text,
      wanted: text,
      objectId: fc.uuid(),
      about: fc.constantFrom(...stepIds, 'partnerCenter'),
      confirmed: fc.boolean(),
      removeKey: fc.constantFrom('true', 'false'),
    },
    { requiredKeys: [] },
  );
  const ids = butOne({ runId: fc.constant(runId), stepId: fc.oneof({ weight: 3, arbitrary: fc.constant('solution') }, { weight: 1, arbitrary: fc.constantFrom(...stepIds) }), planHash: fc.constant(planHash) });
  return fc.tuple(rest, ids).map(([more, given]) => ({ ...more, ...given }));
}

function clicks(known: Known) {
  const verb = fc.oneof({ weight: 2, arbitrary: fc.constant('approve') }, { weight: 3, arbitrary: fc.constantFrom(...verbs) });
  const action = fc.tuple(verb, clickData(known)).chain(([name, data]) => butOne({ type: fc.constant('Action.Execute'), verb: fc.constant(name), data: fc.constant(data) }));
  const submitted = fc.tuple(verb, clickData(known)).map(([name, given]) => ({ ...given, verb: name }));
  return fc.oneof(
    { weight: 3, arbitrary: butOne({ type: fc.constant('invoke'), name: fc.constant('adaptiveCard/action'), replyToId: fc.constant('message-1'), value: butOne({ action, trigger: fc.constantFrom('manual', 'automatic') }) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('message'), value: mostly(submitted) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('invoke'), name: fc.constant('task/fetch'), value: mostly(fc.record({ data: mostly(submitted) })) }) },
  );
}

function others() {
  const name = fc.oneof(
    fc.constantFrom('signin/verifyState', 'signin/tokenExchange', 'signin/failure', 'task/submit', 'composeExtension/query', 'fileConsent/invoke', 'actionableMessage/executeAction'),
    fc.string({ maxLength: 50 }),
  );
  return fc.oneof(
    fc.record({ type: fc.constant('message'), text: mostly(text) }),
    fc.record({ type: fc.constant('invoke'), name, value: junk }),
    fc.record({ type: fc.constantFrom('conversationUpdate', 'installationUpdate'), action: nearlyAlways(fc.constantFrom('add', 'remove')), membersAdded: nearlyAlways(people), membersRemoved: nearlyAlways(people) }),
    fc.record({ type: fc.oneof(fc.constantFrom('event', 'typing', 'messageReaction', 'endOfConversation', 'trace', 'handoff'), fc.string({ minLength: 1, maxLength: 50 })), value: junk, name: nearlyAlways(fc.string({ maxLength: 50 })) }),
  );
}

/** Anybody but the person who began the setup; in their conversation too, and with the tenant and the object id that let somebody in. */
function stranger(conversationId: string) {
  return fc.record({
    from: butOne({ id: fc.uuid().map((id) => `29:${id}`), name: fc.string({ unit: 'binary', maxLength: 100 }), aadObjectId: fc.uuid() }, 15),
    conversation: butOne({
      id: fc.oneof({ weight: 3, arbitrary: fc.constant(conversationId) }, { weight: 1, arbitrary: fc.uuid().map((id) => `a:${id}`) }),
      conversationType: fc.constantFrom('personal', 'personal', 'personal', 'groupChat', 'channel'),
      tenantId: fc.oneof({ weight: 9, arbitrary: fc.constant(tenant.id) }, { weight: 1, arbitrary: fc.uuid() }),
    }, 15),
    channelData: nearlyAlways(fc.constant({ tenant: { id: tenant.id } })),
    locale: nearlyAlways(fc.constantFrom('en-US', 'fr-FR', 'xx')),
    localTimezone: nearlyAlways(fc.constantFrom('Europe/Paris', 'Nowhere/At-All')),
    entities: nearlyAlways(fc.array(fc.record({ type: fc.constant('mention'), mentioned: fc.record({ id: fc.constant('28:bot'), name: text }), text }), { maxLength: 3 })),
    attachments: nearlyAlways(fc.array(fc.dictionary(text, junk, { maxKeys: 3 }), { maxLength: 3 })),
  }, { requiredKeys: ['from', 'conversation'] });
}

/** Activities of anybody but whoever began the setup: clicks on their cards first, then everything else that Teams can send, and what it cannot. */
export function hostileActivities(known: Known, conversationId: string): fc.Arbitrary<Record<string, unknown>> {
  const what = fc.oneof({ weight: 3, arbitrary: clicks(known) }, { weight: 1, arbitrary: others() });
  return fc.tuple(what, stranger(conversationId)).map(([activity, sender]) => ({ ...activity, ...sender }));
}
