import { type World, createWorld } from '../world.ts';

const minute = 'PT60S';

describe('A tenant that needs a minute to know its own changes everywhere', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.tenant.control('conditions', {
      replication: { applicationToServicePrincipal: minute, filter: minute, applicationToToken: minute, keyToToken: minute, servicePrincipalToDataverse: minute, applicationUser: minute },
    });
  });
  afterEach(() => world.close());

  test('is waited for, with the reason, and nothing is made twice', async () => {
    await world.goTo('keyAndProof');
    world.approve('keyAndProof');
    await world.settle();
    expect(world.step('keyAndProof')).toMatchObject({ status: 'applying', progress: { sentence: { values: { reason: expect.stringMatching(/AADSTS7000215|0x80072560/u) } } } });
    await world.until('keyAndProof', 'done');
    const { graph, dataverse } = await world.state();
    expect(graph.applications).toHaveLength(1);
    expect(graph.applications[0]?.passwordCredentials).toHaveLength(1);
    const ours = dataverse['contoso']?.['systemusers']?.filter(({ applicationid }) => applicationid === world.run().facts.application?.appId);
    expect(ours).toHaveLength(1);
  });
});
