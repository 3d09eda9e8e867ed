import type * as AdaptiveCards from 'adaptivecards';

/** The bundle, since a dependency of the package's own modules is no CommonJS. */
const { AdaptiveCard, CardElement, SerializationContext, Versions } = jest.requireActual<typeof AdaptiveCards>(
  'adaptivecards/dist/adaptivecards.js',
);

/** What the package has to say against a card as one of version 1.5, except that it does not know `teamsOnly` elements. */
export function complaintsAbout(card: unknown, teamsOnly: string): string[] {
  // The package's own pattern is global, so that it would refuse every second language.
  Object.assign(CardElement.langProperty.regEx ?? {}, { lastIndex: 0 });
  const context = new SerializationContext(Versions.v1_5);
  new AdaptiveCard().parse(card, context);
  const complaints = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  return complaints.filter((message) => !message.includes(teamsOnly));
}
