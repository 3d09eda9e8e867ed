import { portalsOf } from '../setup/steps/portals.ts';
import type { World } from '../setup/world.ts';

/** What an administrator does to a finished setup with an application, short of deleting it. */
export async function spoilAccount(world: World): Promise<void> {
  const { api, dataverse, graph } = portalsOf(world);
  const { application, applicationUser, key } = world.run().facts;
  const user = `/systemusers(${applicationUser?.systemUserId})`;
  await graph('PATCH', `/servicePrincipals(appId='${application?.appId}')`, { accountEnabled: false });
  await graph('POST', `/applications/${application?.objectId}/removePassword`, { keyId: key?.keyId });
  await dataverse('DELETE', `${user}/systemuserroles_association/$ref?$id=${api}/roles(${applicationUser?.roleId})`);
  await dataverse('PATCH', user, { isdisabled: true });
}

/** … and deleting it. */
export async function takeAway(world: World): Promise<void> {
  const { dataverse, graph } = portalsOf(world);
  const { application, solution } = world.run().facts;
  await dataverse('DELETE', `/solutions(${solution?.solutionId})`);
  await graph('DELETE', `/applications/${application?.objectId}`);
}

/** What an administrator does to a user that leads are written as. */
export async function spoilServiceUser(world: World): Promise<void> {
  const { api, dataverse, graph } = portalsOf(world);
  const { serviceUser, licence, dataverseUser } = world.run().facts;
  const user = `/users/${serviceUser?.objectId}`;
  // A password is told from another only by when it was set.
  await world.pass('PT20M');
  await dataverse('DELETE', `/systemusers(${dataverseUser?.systemUserId})/systemuserroles_association/$ref?$id=${api}/roles(${dataverseUser?.roleId})`);
  await graph('POST', `${user}/assignLicense`, { addLicenses: [], removeLicenses: [licence?.skuId] });
  await graph('PATCH', user, { accountEnabled: false });
  await graph('PATCH', user, { passwordProfile: { password: 'Correct-horse-7-battery', forceChangePasswordNextSignIn: false } });
}
