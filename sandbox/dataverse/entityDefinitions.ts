import type { SandboxAnswer } from '../service.ts';
import { apiRoot, ok } from './answer.ts';
import { DataverseError, notModelled, unknownProperty } from './errors.ts';
import { functionArguments, type Segment } from './path.ts';
import type { Exchange } from './request.ts';
import { requirePrivilege } from './security.ts';
import { seedId } from './seedId.ts';
import { isInstalled, tables, type Table } from './tables.ts';

/** `EntityDefinitions(LogicalName='lead')`: that a table exists and what it is called; a table that does not is a 404. */
export function readEntityDefinition(exchange: Exchange, segment: Segment): SandboxAnswer {
  const { environment, caller, request } = exchange;
  const { LogicalName } = functionArguments(segment, request.query);
  if (LogicalName === undefined) throw notModelled('EntityDefinitions other than by LogicalName');
  requirePrivilege(environment, caller, 'prvReadEntity');
  const table = Object.values(tables).find(({ logicalName }) => logicalName === LogicalName);
  if (table === undefined || !isInstalled(environment, table)) throw unknownTable(LogicalName);
  const definition = describe(table);
  const select = request.query.get('$select')?.split(',').map((name) => name.trim());
  for (const name of select ?? []) if (!Object.hasOwn(definition, name)) throw unknownProperty(name, 'EntityMetadata');
  const shown = Object.entries(definition).filter(([name]) => select === undefined || name === 'MetadataId' || select.includes(name));
  const context = `${apiRoot(environment)}/$metadata#EntityDefinitions${select === undefined ? '' : `(${select.join(',')})`}/$entity`;
  return ok({ '@odata.context': context, ...Object.fromEntries(shown) });
}

function describe({ logicalName, entitySet, key, objectTypeCode, userOwned }: Table): Record<string, unknown> {
  return {
    LogicalName: logicalName, LogicalCollectionName: entitySet, EntitySetName: entitySet, PrimaryIdAttribute: key, ObjectTypeCode: objectTypeCode,
    OwnershipType: userOwned ? 'UserOwned' : 'OrganizationOwned', IsCustomEntity: false, MetadataId: seedId('metadata', logicalName),
    SchemaName: logicalName === 'lead' ? 'Lead' : logicalName,
  };
}

function unknownTable(logicalName: string): DataverseError {
  const message = `The entity with a name = '${logicalName}' with namemapping = 'Logical' was not found in the MetadataCache.`;
  return new DataverseError(404, '0x80041102', message);
}
