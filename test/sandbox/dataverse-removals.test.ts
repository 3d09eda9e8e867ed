import { timing } from '../../sandbox/dataverse/index.ts';
import { createdId, createHarness, errorOf, leadWriterApp, origins, roleName, startImport, type Harness } from './dataverseHarness.ts';

const api = `${origins.contoso}/api/data/v9.2`;

async function installed(harness: Harness): Promise<{ solutionid: string; uniquename: string; roleid: string }> {
  await startImport(harness);
  harness.clock.advance(timing.importMs);
  const [solution] = await harness.list('/solutions?$filter=ismanaged eq true&$orderby=createdon desc');
  const [role] = await harness.list(`/roles?$filter=name eq '${roleName}' and parentroleid eq null`);
  return { solutionid: String(solution?.['solutionid']), uniquename: String(solution?.['uniquename']), roleid: String(role?.['roleid']) };
}

async function userOf(harness: Harness): Promise<string> {
  const [root] = await harness.list('/businessunits?$filter=parentbusinessunitid eq null');
  const body = { applicationid: leadWriterApp.appId, 'businessunitid@odata.bind': `/businessunits(${String(root?.['businessunitid'])})` };
  return createdId(await harness.call('/systemusers', { method: 'POST', body }));
}

const remove = (harness: Harness, path: string) => harness.call(path, { method: 'DELETE' });

describe('a user', () => {
  test('is deleted only when it is disabled, first marked and then for good', async () => {
    const harness = createHarness();
    const id = await userOf(harness);
    expect(errorOf(await remove(harness, `/systemusers(${id})`))).toMatchObject({ message: expect.stringContaining('Only a disabled user') });
    await harness.call(`/systemusers(${id})`, { method: 'PATCH', body: { isdisabled: true } });
    expect((await remove(harness, `/systemusers(${id})`)).status).toBe(204);
    expect(await harness.get(`/systemusers(${id})?$select=deletedstate`)).toMatchObject({ deletedstate: 1 });
    expect((await remove(harness, `/systemusers(${id})`)).status).toBe(204);
    expect((await remove(harness, `/systemusers(${id})`)).status).toBe(404);
  });

  test('is not deleted for good while it owns leads', async () => {
    const harness = createHarness();
    const id = await userOf(harness);
    await harness.call('/leads', { method: 'POST', body: { subject: 'x', lastname: 'y', 'ownerid@odata.bind': `/systemusers(${id})` } });
    await harness.call(`/systemusers(${id})`, { method: 'PATCH', body: { isdisabled: true } });
    await remove(harness, `/systemusers(${id})`);
    expect(errorOf(await remove(harness, `/systemusers(${id})`))).toMatchObject({ message: expect.stringContaining('owns records') });
  });
});

describe('a solution', () => {
  test('is uninstalled with its role and whoever had it; its publisher stays', async () => {
    const harness = createHarness();
    const { solutionid, roleid } = await installed(harness);
    const id = await userOf(harness);
    await harness.call(`/systemusers(${id})/systemuserroles_association/$ref`, { method: 'POST', body: { '@odata.id': `${api}/roles(${roleid})` } });
    const publishers = await harness.list('/publishers');
    expect((await remove(harness, `/solutions(${solutionid})`)).status).toBe(204);
    expect(await harness.list(`/roles?$filter=name eq '${roleName}'`)).toEqual([]);
    expect(await harness.list(`/systemusers(${id})/systemuserroles_association`)).toEqual([]);
    expect(await harness.list(`/solutioncomponents?$filter=_solutionid_value eq ${solutionid}`)).toEqual([]);
    expect(await harness.list('/publishers')).toEqual(publishers);
    expect((await remove(harness, `/solutions(${solutionid})`)).status).toBe(404);
  });

  test('stays while others depend on it, and says who', async () => {
    const harness = createHarness();
    const { solutionid, uniquename } = await installed(harness);
    harness.conditions.set({ dependents: 2 });
    expect(await harness.get(`/RetrieveDependenciesForUninstall(SolutionUniqueName=@p1)?@p1='${uniquename}'`)).toMatchObject({ value: [{}, {}] });
    expect(await harness.get(`/RetrieveDependenciesForUninstall(SolutionUniqueName=@p1)?@p1='nothing'`)).toMatchObject({ value: [] });
    expect(errorOf(await remove(harness, `/solutions(${solutionid})`))).toMatchObject({ code: '0x8004f01f' });
  });

  test('waits for an import, and for somebody with the right', async () => {
    const harness = createHarness();
    const { solutionid } = await installed(harness);
    await startImport(harness);
    expect(errorOf(await remove(harness, `/solutions(${solutionid})`))).toMatchObject({ code: '0x80071151' });
    harness.clock.advance(timing.importMs);
    expect((await harness.call(`/solutions(${solutionid})`, { method: 'DELETE', as: 'application' })).status).toBe(403);
  });
});

describe('a role', () => {
  test('of one’s own goes with its copies; one of a managed solution, or a copy, does not', async () => {
    const harness = createHarness();
    const { roleid } = await installed(harness);
    const [root] = await harness.list('/businessunits?$filter=parentbusinessunitid eq null');
    const own = createdId(await harness.call('/roles', { method: 'POST', body: { name: 'Own', 'businessunitid@odata.bind': `/businessunits(${String(root?.['businessunitid'])})` } }));
    const [copy] = await harness.list(`/roles?$filter=name eq 'Own' and parentroleid ne null`);
    expect(errorOf(await remove(harness, `/roles(${String(copy?.['roleid'])})`))).toMatchObject({ code: '0x80044152' });
    expect(errorOf(await remove(harness, `/roles(${roleid})`))).toMatchObject({ message: expect.stringContaining('managed solution') });
    expect((await remove(harness, `/roles(${own})`)).status).toBe(204);
    expect(await harness.list(`/roles?$filter=name eq 'Own'`)).toEqual([]);
  });
});
