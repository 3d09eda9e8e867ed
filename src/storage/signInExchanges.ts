/** Exchanges of single sign-on that a client has begun: every open client of a person sends the same one. */
export interface SignInExchanges {
  /** Whether it is the first of its key; whoever comes later, from whatever process, is told no. Keys are kept for a day. */
  claim(key: string): boolean;
}
