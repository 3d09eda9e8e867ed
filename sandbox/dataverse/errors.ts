/** A refusal as the Dataverse Web API words it: `{"error":{"code":"0x…","message":"…"}}` under an HTTP status. */
export class DataverseError extends Error {
  override readonly name = 'DataverseError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The path names nothing that this API has. */
export function unknownSegment(segment: string): DataverseError {
  return new DataverseError(404, '0x8006088a', `Resource not found for the segment '${segment}'.`);
}

/** `$select`, `$filter`, `$orderby` or `$expand` names a property that the type lacks. */
export function unknownProperty(property: string, logicalName: string): DataverseError {
  const type = `Microsoft.Dynamics.CRM.${logicalName}`;
  return new DataverseError(400, '0x80060888', `Could not find a property named '${property}' on type '${type}'.`);
}

/** The URL cannot be read: a malformed id, literal or query option. */
export function badQuery(detail: string): DataverseError {
  return new DataverseError(400, '0x80060888', detail);
}

/** The body does not fit the type of the row that is written. */
export function badPayload(entitySet: string, detail: string): DataverseError {
  const message =
    `Error identified in Payload provided by the user for Entity :'${entitySet}', For more information on this error please follow this help link ` +
    `https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : Microsoft.OData.ODataException: ${detail}`;
  return new DataverseError(400, '0x80048d19', message);
}

/** The body of an action or function does not fit its parameters. */
export function badParameter(operation: string, detail: string): DataverseError {
  const message = `An error occurred while validating input parameters of the operation '${operation}': ${detail}`;
  return new DataverseError(400, '0x80048d19', message);
}

export function noSuchRow(logicalName: string, id: string): DataverseError {
  return new DataverseError(404, '0x80040217', `Entity '${logicalName}' With Id = ${id} Does Not Exist`);
}

export function duplicateRow(): DataverseError {
  return new DataverseError(412, '0x80040237', 'A record with matching key values already exists.');
}

export function invalidArgument(message: string): DataverseError {
  return new DataverseError(400, '0x80040203', message);
}

export function notAMember(): DataverseError {
  return new DataverseError(403, '0x80072560', 'The user is not a member of the organization.');
}

export function versionMismatch(): DataverseError {
  return new DataverseError(412, '0x80060882', "The version of the existing record doesn't match the RowVersion property provided.");
}

export function unsupportedMethod(method: string, allowed: string): DataverseError {
  const message = `The requested resource does not support http method '${method}'.`;
  return new DataverseError(405, '0x80060888', message, { Allow: allowed });
}

/** Microsoft can do it, this sandbox cannot: said plainly, so that nobody takes it for an answer of Dataverse. */
export function notModelled(what: string): DataverseError {
  return new DataverseError(501, '0x80040800', `The sandbox does not model ${what}.`);
}

export function unsupportedMessage(message: string, logicalName: string): DataverseError {
  return new DataverseError(400, '0x80040800', `The '${message}' method does not support entities of type '${logicalName}'.`);
}
