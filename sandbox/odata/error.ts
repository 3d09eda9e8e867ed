/** A query that this sandbox does not understand; each service turns it into the 400 of its own API. */
export class ODataError extends Error {
  override readonly name = 'ODataError';
}
