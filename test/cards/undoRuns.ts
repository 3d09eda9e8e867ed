import type { SetupRun } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import type { TakenBack, UndoPlan, UndoState } from '../../src/setup/undo/record.ts';
import { at, planHash, type Texts } from './runParts.ts';

const appId = 'c0ffee00-0000-4000-8000-000000000002';
const userName = 'marketplace-lead-writer@contoso.onmicrosoft.com';

function taken(key: string, request: string, values: Record<string, string> = {}): TakenBack {
  return { sentence: say(`undo.${key}`, values), request };
}

/** Setups of either way that are being taken back, or were, with everything that can be said about that. */
export function undoRuns({ texts, finished, finishedOn365 }: { readonly texts: Texts; readonly finished: SetupRun; readonly finishedOn365: SetupRun }) {
  const { application: name, solution, role, person } = texts;
  const by = finished.startedBy;
  const users = { user: `# ${name}`, userName, person, name, appId };
  const plan: UndoPlan = {
    changes: [
      taken('key', 'POST graph /applications/{id}/removePassword', { key: 'lead-setup r4x7k2m9', name }),
      taken('applicationUser', 'DELETE dataverse /systemusers({id})', users),
      taken('companion', 'DELETE dataverse /roles({id})', { name: role }),
      taken('application', 'DELETE graph /applications/{id}', users),
      taken('solution', 'DELETE dataverse /solutions({id})', { name: solution, version: '1.0.0.0' }),
    ],
    stays: [say('undo.publisher'), say('undo.vaultSecret', { name: 'marketplace-lead-writer', vault: 'https://contoso-leads.vault.azure.net' })],
    notices: [
      say('undo.leadsStop'), say('undo.otherKeys', { ...users, keys: 'Monitoring' }), say('undo.otherRoles', { ...users, roles: role }),
      say('undo.solutionNewer', { name: solution, version: '1.1.0.0', made: '1.0.0.0' }),
    ],
  };
  const planOf365: UndoPlan = {
    changes: [
      taken('testLead', 'DELETE dataverse /leads({id})'),
      taken('role', 'DELETE dataverse /systemusers({id})/systemuserroles_association/$ref', { role, user: name }),
      taken('applicationUserOff', 'PATCH dataverse /systemusers({id})', users),
      taken('signInOff', 'PATCH graph /servicePrincipals(appId) (accountEnabled: false)', users),
      taken('licence', 'POST graph /users/{id}/assignLicense', { licence: 'Dynamics 365 Sales Enterprise', userName }),
      taken('serviceUser', 'DELETE graph /users/{id}', users),
    ],
    stays: [say('undo.environmentUser', { userName, environment: texts.environment }), say('undo.solutionUsed', { name: solution, person })],
    notices: [say('undo.leadsStop'), say('undo.otherLicences', { userName, count: 2 }), say('undo.otherRolesOfPerson', { userName, roles: role })],
  };
  const allStays = [
    say('undo.testLeadUnseen'), say('undo.applicationUsed', users), say('undo.applicationChanged', { name }), say('undo.servicePrincipalStays', { name }), say('undo.signInUsed', users),
    say('undo.keyByHand', { key: 'My key', name }), say('undo.applicationUserOwnsLeads', users), say('undo.applicationUserUsed', users), say('undo.roleUsed', users),
    say('undo.roleEdited', { role }), say('undo.companionUsed', { name: role, person }), say('undo.companionHeld', { name: role, holders: person }),
  ];
  const stays365 = [
    say('undo.serviceUserUsed', users), say('undo.licenceUsed', { ...users, licence: 'Dynamics 365 Sales Enterprise' }), say('undo.passwordStays', users),
    say('undo.solutionUpdated', { name: solution, before: '0.9.0.0' }), say('undo.solutionRoleHeld', { name: solution, holders: person }), say('undo.solutionNeeded', { name: solution, count: 2 }),
  ];
  const approval = { plan, planHash, approvedBy: by, approvedAt: at };
  const of = (run: SetupRun) => (state: UndoState, gone: readonly TakenBack[] = [], status: SetupRun['status'] = 'active'): SetupRun => ({ ...run, status, undo: { endedAs: 'finished', state, taken: [...gone] } });
  const entra = of(finished);
  const microsoft365 = of(finishedOn365);
  const refused = { code: 'E-REFUSED' as const, sentence: say('error.refused', { service: 'Dataverse', what: 'DELETE /solutions({id})' }), upstream: { service: 'dataverse' as const, status: 403, code: '0x80040220', message: texts.message }, errorId: 'x7k2m9qp' };
  return {
    undoPlanning: entra({ status: 'planning', since: at }),
    undoPlanned: entra({ status: 'planned', plan, planHash, at }),
    undoPlannedAnew: entra({ status: 'planned', plan: { ...plan, stays: allStays, notices: [] }, planHash, at, notice: say('notice.undoChanged') }, plan.changes.slice(0, 1)),
    undoPlannedOf365: microsoft365({ status: 'planned', plan: planOf365, planHash, at }),
    undoing: entra({ status: 'undoing', ...approval, begun: true }, plan.changes.slice(0, 2)),
    undoingWaits: entra({ status: 'undoing', ...approval, begun: true, progress: { sentence: say('undo.uninstalling'), since: at } }, plan.changes.slice(0, 4)),
    undoFailed: entra({ status: 'failed', at, failure: refused, approval: { ...approval, begun: true } }, plan.changes.slice(0, 2)),
    undoFailedOf365: microsoft365({ status: 'failed', at, failure: refused, approval: { ...approval, plan: planOf365, begun: true } }),
    undoNotPlanned: entra({ status: 'failed', at, failure: { ...refused, code: 'E-IMPORT-OPEN', sentence: say('error.importOpen') } }),
    undone: entra({ status: 'undone', at, stays: plan.stays, approvedBy: by }, plan.changes, 'finished'),
    undoneOf365: microsoft365({ status: 'undone', at, stays: [...planOf365.stays, ...stays365], approvedBy: by }, planOf365.changes, 'finished'),
    undoneNothing: entra({ status: 'undone', at, stays: [] }, [], 'finished'),
    undoStopped: entra({ status: 'stopped', at }, plan.changes.slice(0, 2), 'finished'),
    undoStoppedAtOnce: entra({ status: 'stopped', at }, [], 'finished'),
  } satisfies Record<string, SetupRun>;
}
