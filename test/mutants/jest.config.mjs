import base from '../../jest.config.mjs';
import { group } from './groups.mjs';

/** The tests of the group that is being run. */
export default { ...base, rootDir: '../..', testMatch: group.tests };
