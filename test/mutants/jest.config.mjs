import base from '../../jest.config.mjs';

const of = (folder, ...names) => names.map((name) => `<rootDir>/test/${folder}/${name}.test.ts`);

/** The tests that are about what is mutated, and quick. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: [
    ...of('setup', 'actAs', 'allAtOnce', 'approvalTime', 'auditPart', 'broughtBesides', 'storedRun', 'asking', 'asks', 'decide', 'environmentAddress', 'keyInVault', 'planHash', 'proving', 'sections', 'worker'),
    ...of('microsoft', 'cloud', 'hosts', 'networkAddress', 'outgoing', 'sealingKeys', 'signIn'),
    ...of('bot', 'admission', 'browserAccounts', 'channelToken', 'serviceAddresses'),
    ...of('storage', 'secretVault'),
    '<rootDir>/test/configuration.test.ts',
  ],
};
