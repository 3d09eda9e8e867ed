/**
 * How long the tenant takes to see its own changes, in milliseconds of tenant-clock time.
 *
 * Microsoft promises no times: 5 to 60 seconds have been measured for a new application and its first key. These are
 * short, so that a demo does not drag, and long enough that code without retries fails.
 */
export const delays = {
  /** A new application, until a service principal can be made for it. */
  applicationToServicePrincipalMs: 3_000,
  /** A new application or service principal, until `$filter` finds it; reading it by a key works at once. */
  filterMs: 2_000,
  /** A new application, until the token endpoint knows it (AADSTS700016 before). */
  applicationToTokenMs: 3_000,
  /** A new secret, until the token endpoint takes it (AADSTS7000215 before). */
  secretToTokenMs: 4_000,
} as const;
