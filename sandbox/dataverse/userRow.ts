import type { Environment } from './environment.ts';
import { textOf, type Row } from './row.ts';
import { seedId } from './seedId.ts';

/** Values that Dataverse gives every new user, as recorded answers have them. */
const defaults: Row = {
  accessmode: 0, azurestate: 0, caltype: 0, deletedstate: 0, displayinserviceviews: false, isdisabled: false, islicensed: false,
  incomingemaildeliverymethod: 2, outgoingemaildeliverymethod: 2, setupuser: false, address1_addresstypecode: 1,
  address1_shippingmethodcode: 1, address2_addresstypecode: 1, address2_shippingmethodcode: 1, preferredphonecode: 1,
  preferredaddresscode: 1, preferredemailcode: 1, invitestatuscode: 4, isemailaddressapprovedbyo365admin: false, issyncwithdirectory: true,
  userlicensetype: -1, defaultfilterspopulated: false, emailrouteraccessapproval: 0, isintegrationuser: false,
};

/** Inserts a user of the root business unit, or of the one given; the name's parts are made from `fullname`. */
export function insertUser(environment: Environment, values: Row): Row {
  const { store, organizationId, rootBusinessUnitId } = environment;
  const id = textOf(values, 'systemuserid');
  const fullname = textOf(values, 'fullname');
  const [firstname = '', ...rest] = fullname.split(' ');
  return store.insert('systemuser', {
    ...defaults,
    organizationid: organizationId, ownerid: id, _businessunitid_value: rootBusinessUnitId, identityid: store.rows('systemuser').length + 2,
    firstname, lastname: rest.join(' '), yomifullname: fullname, defaultodbfoldername: 'Dynamics365',
    address1_addressid: seedId(id, 'address1'), address2_addressid: seedId(id, 'address2'), _calendarid_value: seedId(id, 'calendar'),
    _queueid_value: seedId(id, 'queue'), _defaultmailbox_value: seedId(id, 'mailbox'),
    ...values,
  });
}
