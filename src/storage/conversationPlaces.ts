/** Where a run's card stands, for finding the conversation again without a message from it. Not part of the run. */
export interface ConversationPlace {
  /** The channel's conversation reference, as JSON. */
  readonly reference: unknown;
  /** The activity that showed the run's card last. */
  readonly cardId: string | undefined;
  /** Hash of the plan that this card put before the person, if it showed one. */
  readonly shownPlan: string | undefined;
}

export interface ConversationPlaces {
  find(runId: string): ConversationPlace | undefined;
  /** Keeps the card that is already known. */
  rememberReference(runId: string, reference: object): void;
  /** Needs a reference to have been remembered before. */
  rememberCard(runId: string, cardId: string): void;
  /** Needs a reference to have been remembered before. */
  rememberShownPlan(runId: string, planHash: string | undefined): void;
  wasWelcomed(conversationId: string): boolean;
  rememberWelcome(conversationId: string): void;
  forgetWelcome(conversationId: string): void;
}
