/**
 * What this needs of the `adaptivecards` package. Its own types are TypeScript source that this project's settings
 * refuse, and its modules are not CommonJS, so the bundle is loaded and described here.
 */
interface AdaptiveCardsBundle {
  readonly AdaptiveCard: new () => { parse(card: unknown, context: ParseContext): void };
  readonly CardElement: { readonly langProperty: { readonly regEx: RegExp } };
  readonly SerializationContext: new (version: unknown) => ParseContext;
  readonly Versions: { readonly v1_5: unknown };
}

interface ParseContext {
  readonly eventCount: number;
  getEventAt(index: number): { readonly message: string };
}

const bundle = jest.requireActual<AdaptiveCardsBundle>('adaptivecards/dist/adaptivecards.js');

/** What the package has to say against a card as one of version 1.5, except that it does not know `teamsOnly` elements. */
export function complaintsAbout(card: unknown, teamsOnly: string): string[] {
  // The package's own pattern is global, so that it would refuse every second language.
  bundle.CardElement.langProperty.regEx.lastIndex = 0;
  const context = new bundle.SerializationContext(bundle.Versions.v1_5);
  new bundle.AdaptiveCard().parse(card, context);
  const complaints = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  return complaints.filter((message) => !message.includes(teamsOnly));
}
