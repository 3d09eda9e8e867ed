/** A person of a tenant, by the ids that the channel vouches for. */
export interface Speaker {
  readonly tenantId: string;
  /** Entra object id. */
  readonly objectId: string;
}

/** The language that somebody asked for, as long as they ask for no other. Not part of any run. */
export interface LanguageChoices {
  find(person: Speaker): string | undefined;
  remember(person: Speaker, language: string): void;
}
