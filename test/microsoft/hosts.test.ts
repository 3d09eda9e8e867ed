import { publicCloud } from '../../src/microsoft/index.ts';
import { hostKind } from '../../src/microsoft/hosts.ts';

describe('A host name', () => {
  test.each([
    ['contoso.crm4.dynamics.com', 'environment'],
    ['contoso.crm9.dynamics.com', 'environment'],
    ['contoso.crm.microsoftdynamics.us', 'otherCloud'],
    ['contoso.crm.appsplatform.us', 'otherCloud'],
    ['contoso.crm.dynamics.cn', 'otherCloud'],
    ['contoso.crm.microsoftdynamics.de', 'otherCloud'],
    ['make.powerapps.com', 'otherService'],
    ['admin.powerplatform.microsoft.com', 'otherService'],
    ['contoso.operations.dynamics.com', 'otherService'],
    ['contoso.sharepoint.com', 'otherService'],
    ['crm.contoso.local', 'elsewhere'],
    ['crm.contoso.com', 'elsewhere'],
    ['contoso.crm4.dynamics.com.evil.example', 'elsewhere'],
    ['contoso.crm.dynamics.cn.evil.example', 'elsewhere'],
    ['notdynamics.com', 'elsewhere'],
    ['contoso.crm4.dynamics.com:8443', 'elsewhere'],
  ])('%s is seen as %s', (host, kind) => {
    expect(hostKind(publicCloud, host)).toBe(kind);
  });
});
