import { domains, findDomain, verifiedDomains } from '../directory/domains.ts';
import { tenant } from '../personas.ts';
import type { SandboxAnswer } from '../service.ts';
import { answerCollection, answerEntity, type EntitySet } from './answers.ts';
import { hasScope, requireScope } from './authorisation.ts';
import { refusals } from './errors.ts';
import type { GraphCall } from './request.ts';

const organization: EntitySet = { name: 'organization', type: 'organization', resource: 'Organization', filterable: {} };
const domainSet: EntitySet = { name: 'domains', type: 'domain', resource: 'Domain', filterable: {} };

/** `GET /organization`: with `User.Read` alone the three properties that everybody may read, with `Organization.Read.All` the others too. */
export function listOrganization(call: GraphCall): SandboxAnswer {
  requireScope(call, 'User.Read', 'Organization.Read.All');
  const known = { id: tenant.id, displayName: tenant.displayName, verifiedDomains: verifiedDomains() };
  const rest = { deletedDateTime: null, countryLetterCode: 'DE', preferredLanguage: 'en', tenantType: 'AAD', onPremisesSyncEnabled: null };
  return answerCollection(call, organization, [hasScope(call, 'Organization.Read.All') ? { ...known, ...rest } : known]);
}

/** `GET /domains` */
export function listDomains(call: GraphCall): SandboxAnswer {
  requireDomainRead(call);
  return answerCollection(call, domainSet, domains);
}

/** `GET /domains/{name}` */
export function getDomain(call: GraphCall): SandboxAnswer {
  requireDomainRead(call);
  const { domain = '' } = call.parts;
  const found = findDomain(domain);
  if (found === undefined) throw refusals.notFound(domain);
  return answerEntity(call, domainSet, found);
}

function requireDomainRead(call: GraphCall): void {
  requireScope(call, 'Domain.Read.All', 'Domain.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All');
}
