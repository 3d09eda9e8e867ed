const of = (folder, ...names) => names.map((name) => `<rootDir>/test/${folder}/${name}.test.ts`);

/**
 * What decides who may do what, to which host, and what is sealed, with the quick tests that are about it: each change runs those that reach it.
 * `least`: what share of changes has to be noticed, in percent. It only rises, to what a whole run has reached.
 */
export const groups = {
  /** What is approved, by whom, and how long that holds. */
  approvals: {
    mutate: ['src/setup/commands/{approve,approveAll,asked,handOver,index}.ts', 'src/setup/{allAtOnce,approvalTime,approving,goingOn,planHash}.ts', 'src/setup/audit/part.ts'],
    tests: of('setup', 'actAs', 'allAtOnce', 'approvalTime', 'auditPart', 'broughtBesides', 'checking', 'clockSetBack', 'storedRun', 'asking', 'asks', 'decide', 'keyInVault', 'planHash', 'proving', 'sections', 'worker'),
    least: 93,
  },
  /** Who acts, and as which account. */
  accounts: {
    mutate: ['src/setup/{actingAs,asking,proving}.ts', 'src/setup/commands/actAs.ts', 'src/bot/{admission,browserAccounts,channelToken,pendingSignIns,unclaimedCodes}.ts', 'src/microsoft/credentials.ts'],
    tests: [...of('setup', 'actAs', 'asking', 'checking', 'asks', 'decide', 'proving', 'storedRun'), ...of('microsoft', 'signIn'), ...of('bot', 'admission', 'browserAccounts', 'channelToken', 'pendingSignIns')],
    least: 85,
  },
  /** Where anything is sent. */
  hosts: {
    mutate: ['src/bot/serviceAddresses.ts', 'src/microsoft/{cloud,hostPattern,hosts,networkAddress,outgoing}.ts', 'src/setup/environmentAddress.ts'],
    tests: [...of('microsoft', 'addresses.property', 'cloud', 'hosts', 'networkAddress', 'outgoing', 'signIn'), ...of('bot', 'serviceAddresses'), ...of('setup', 'environmentAddress'), '<rootDir>/test/configuration.test.ts'],
    least: 96,
  },
  /** What is sealed, and under which key. */
  sealing: {
    mutate: ['src/sealingSettings.ts', 'src/storage/sqlite/{sealingKeys,secretVault}.ts'],
    tests: [...of('microsoft', 'sealingKeys'), ...of('storage', 'audit', 'secretVault'), '<rootDir>/test/configuration.test.ts'],
    least: 99,
  },
  /** What is taken back, whose rights are used for it, and when they end. */
  undoing: {
    mutate: ['src/setup/commands/{undo,undoing}.ts', 'src/setup/undo/{goingOn,madeByRun,record,reversal,underWay,undoHash}.ts', 'src/setup/work/{undoing,undoContext}.ts', 'src/setup/signingOut.ts', 'src/bot/{signInSweep,signOut}.ts'],
    tests: [...of('setup', 'actAs', 'decide', 'planHash', 'undo/undo', 'undo/undoMeanwhile', 'undo/undoDecisions.long'), ...of('bot', 'signInSweep', 'signOut')],
    least: 70,
  },
};

/** The one that is being run. */
export const group = groups[process.env.MUTANTS ?? 'approvals'];
