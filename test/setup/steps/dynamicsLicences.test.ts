import { dynamicsLicences } from '../../../src/setup/steps/dynamicsLicences.ts';

test('Of a stock only Dynamics products with leads are offered, the best first', () => {
  const stock = ['ENTERPRISEPACK', 'DYN365_FINANCE', 'DYN365_BUSCENTRAL_ESSENTIAL', 'DYN365_TEAM_MEMBERS', 'CRM_NEW', 'D365_SALES_PRO'];
  const found = dynamicsLicences(stock.map((partNumber) => ({ skuId: partNumber, partNumber, free: 1 })));
  expect(found.map(({ partNumber }) => partNumber)).toEqual(['D365_SALES_PRO', 'CRM_NEW', 'DYN365_TEAM_MEMBERS']);
});
