/** Where the card of somebody who was asked stands in their own chat. */
export interface AskedPlace {
  readonly cardId: string;
  /** A digest of what the message shows. */
  readonly shown: string;
  /** Hash of the plan that it puts before the person, if it shows one. */
  readonly shownPlan: string | undefined;
}

/** By a key of run and ask. Not part of the run. */
export interface AskedPlaces {
  find(key: string): AskedPlace | undefined;
  remember(key: string, place: AskedPlace): void;
}
