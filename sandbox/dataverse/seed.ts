import { personas, type Membership, type Persona } from '../personas.ts';
import { tenant } from '../tenants.ts';
import type { Environment } from './environment.ts';
import { furthest, isAboutBusinessRows, privilegeNamed, privileges, type Depth, type Privilege } from './privileges.ts';
import { insertRole, systemAdministratorTemplateId, systemCustomizerTemplateId, systemSolutionId, type Grant } from './roles.ts';
import { textOf, type Row } from './row.ts';
import { seedId } from './seedId.ts';
import { insertUser } from './userRow.ts';

const readers = ['prvReadUser', 'prvReadRole', 'prvReadBusinessUnit', 'prvReadTeam', 'prvReadEntity'];
const ownUiSettings = ['prvCreateUserEntityUISettings', 'prvReadUserEntityUISettings', 'prvWriteUserEntityUISettings'];
const customizing = [
  'prvImportCustomization', 'prvPublishCustomization', 'prvReadSolution', 'prvReadPublisher', 'prvReadImportJob', 'prvReadAsyncOperation',
];

/** Fills a new environment: business units with their teams, roles, the tenant's people, some leads, the default solution. */
export function seed(environment: Environment): void {
  seedBusinessUnits(environment);
  for (const privilege of privilegesIn(environment)) environment.store.insert('privilege', privilegeRow(privilege));
  seedRoles(environment);
  for (const persona of Object.values(personas)) seedPerson(environment, persona);
  seedDefaultSolution(environment);
  if (environment.hasLeads && environment.tenantId === tenant.id) seedLeads(environment);
}

function seedBusinessUnits(environment: Environment): void {
  const { store, name, rootBusinessUnitId, organizationId, friendlyName } = environment;
  const childId = seedId(name, 'businessunit', 'sales');
  const common = { _organizationid_value: organizationId, isdisabled: false };
  store.insert('businessunit', { ...common, businessunitid: rootBusinessUnitId, name: friendlyName, _parentbusinessunitid_value: null });
  store.insert('businessunit', { ...common, businessunitid: childId, name: `${friendlyName} Sales`, _parentbusinessunitid_value: rootBusinessUnitId });
  for (const unit of store.rows('businessunit')) store.insert('team', defaultTeam(environment, unit));
}

function defaultTeam(environment: Environment, unit: Row): Row {
  return {
    teamid: seedId(environment.name, 'team', textOf(unit, 'businessunitid')), name: textOf(unit, 'name'), teamtype: 0, isdefault: true,
    systemmanaged: true, _businessunitid_value: textOf(unit, 'businessunitid'), organizationid: environment.organizationId,
  };
}

/** Privileges come and go with the tables that they are about. */
function privilegesIn({ hasLeads }: Environment): readonly Privilege[] {
  return privileges.filter((privilege) => hasLeads || !isAboutBusinessRows(privilege));
}

function privilegeRow({ id, name, accessRight, depths }: Privilege): Row {
  return {
    privilegeid: id, name, accessright: accessRight, canbebasic: depths.includes('Basic'), canbelocal: depths.includes('Local'),
    canbedeep: depths.includes('Deep'), canbeglobal: depths.includes('Global'), canbeentityreference: true, canbeparententityreference: false,
    privilegerowid: seedId('privilegerow', name),
  };
}

function seedRoles(environment: Environment): void {
  const role = (name: string, templateId: string | undefined, granted: readonly Grant[]) => {
    const id = seedId(environment.name, 'role', name);
    const facts = { id, name, isInherited: 1, isCustomizable: name !== 'System Administrator', isManaged: true, solutionId: systemSolutionId };
    insertRole(environment, templateId === undefined ? facts : { ...facts, templateId }, granted);
  };
  const everything = privilegesIn(environment).map((privilege) => ({ privilegeId: privilege.id, depth: furthest(privilege) }));
  const basics = [...grants(readers, 'Global'), ...grants(ownUiSettings, 'Basic')];
  role('System Administrator', systemAdministratorTemplateId, everything);
  role('System Customizer', systemCustomizerTemplateId, [...basics, ...grants(customizing, 'Global')]);
  role('Basic User', undefined, [...basics, ...grants(['prvReadAsyncOperation'], 'Basic')]);
}

function grants(names: readonly string[], depth: Depth): Grant[] {
  return names.map((name) => ({ privilegeId: privilegeNamed(name).id, depth }));
}

function seedPerson(environment: Environment, persona: Persona): void {
  const membership = persona.environments[environment.name];
  if (membership === undefined) return;
  const { store, name } = environment;
  const userId = seedId(name, 'systemuser', persona.name);
  insertUser(environment, {
    systemuserid: userId, azureactivedirectoryobjectid: persona.objectId, fullname: persona.displayName, domainname: persona.userPrincipalName,
    internalemailaddress: persona.userPrincipalName, windowsliveid: persona.userPrincipalName, accessmode: membership.accessMode ?? 0,
    islicensed: membership.isLicensed ?? true,
  });
  join(environment, userId, seedId(name, 'team', environment.rootBusinessUnitId));
  for (const role of membership.roles) {
    const roleid = seedId(name, 'role', role);
    store.insert('systemuserroles', { systemuserroleid: seedId(name, 'assignment', userId, roleid), systemuserid: userId, roleid });
  }
  seedTeamOf(environment, userId, membership);
}

function join({ store, name }: Environment, systemuserid: string, teamid: string): void {
  store.insert('teammembership', { teammembershipid: seedId(name, 'membership', systemuserid, teamid), systemuserid, teamid });
}

/** An owner team beside the business unit's own, for the roles that a person has through a team only. */
function seedTeamOf(environment: Environment, userId: string, { teamRoles = [] }: Membership): void {
  const { store, name, rootBusinessUnitId, organizationId } = environment;
  for (const role of teamRoles) {
    const [teamid, roleid] = [seedId(name, 'team', role), seedId(name, 'role', role)];
    if (store.find('team', teamid) === undefined) {
      const owned = { _businessunitid_value: rootBusinessUnitId, organizationid: organizationId };
      store.insert('team', { teamid, name: `${role}s`, teamtype: 0, isdefault: false, systemmanaged: false, ...owned });
      store.insert('teamroles', { teamroleid: seedId(name, 'teamrole', teamid, roleid), teamid, roleid });
    }
    join(environment, userId, teamid);
  }
}

function seedDefaultSolution(environment: Environment): void {
  const { store, organizationId } = environment;
  const publisherid = seedId(environment.name, 'publisher', 'default');
  store.insert('publisher', {
    publisherid, uniquename: 'DefaultPublisherContoso', friendlyname: 'Default Publisher for Contoso', customizationprefix: 'new',
    customizationoptionvalueprefix: 10_000, isreadonly: false, _organizationid_value: organizationId,
  });
  store.insert('solution', {
    solutionid: 'fd140aaf-4df4-11dd-bd17-0019b9312238', uniquename: 'Default', friendlyname: 'Default Solution', version: '1.0',
    ismanaged: false, isvisible: true, isapimanaged: false, installedon: '2024-03-01T08:00:00Z', solutionpackageversion: '9.2',
    _publisherid_value: publisherid, _organizationid_value: organizationId,
  });
}

const leads = [
  { subject: 'Asked for a quote', firstname: 'Nadia', lastname: 'Bergmann', companyname: 'Alpine Ski House', emailaddress1: 'nadia@alpine.example' },
  { subject: 'Wants a demonstration', firstname: 'Tomé', lastname: 'Silva', companyname: 'Fabrikam', emailaddress1: 'tome@fabrikam.example' },
  { subject: 'Called about the price list', firstname: 'Yuki', lastname: 'Ono', companyname: 'Tailspin Toys', emailaddress1: 'yuki@toys.example' },
];

function seedLeads(environment: Environment): void {
  const owner = seedId(environment.name, 'systemuser', 'priya');
  for (const lead of leads) {
    environment.store.insert('lead', {
      ...lead, leadid: seedId(environment.name, 'lead', lead.lastname), fullname: `${lead.firstname} ${lead.lastname}`, leadsourcecode: 8,
      statecode: 0, statuscode: 1, _ownerid_value: owner, _owninguser_value: owner, _createdby_value: owner, _modifiedby_value: owner,
      _owningbusinessunit_value: environment.rootBusinessUnitId,
    });
  }
}
