import { z } from 'zod';

import type { LicenceStock } from '../ports/microsoft.ts';
import table from './dynamicsLicences.json' with { type: 'json' };

/** A product of the tenant's stock that makes somebody a user of Dynamics. */
export interface DynamicsLicence extends LicenceStock {
  /** As people know it; the part number where the table does not have it. */
  readonly name: string;
  readonly isKnown: boolean;
  /** Probably not enough to write leads. */
  readonly isSmall: boolean;
}

/** By part number, the least that surely is enough first. Names are the same in every language. */
const known = z
  .array(z.object({ partNumber: z.string(), name: z.string(), isSmall: z.boolean().default(false) }))
  .parse(table);

/** What Microsoft calls Dynamics products, without those that have nothing to do with leads. */
const dynamics = /^(?:DYN365|D365|DYNAMICS_365|MICROSOFT_DYNAMICS|CRM)/iu;
const otherDynamics = /FINANC|BUS(?:INESS_)?CENTRAL|OPERATIONS|SCM|SUPPLY|HUMAN|TALENT|RETAIL|COMMERCE|GUIDES|REMOTE|FRAUD|STORAGE|INSTANCE|CAPACITY/iu;

/** The Dynamics products of a stock, the best first: known ones, then unknown ones, then those that are too small. */
export function dynamicsLicences(stock: readonly LicenceStock[]): DynamicsLicence[] {
  return stock.flatMap(describe).toSorted((a, b) => rank(a) - rank(b) || (a.partNumber < b.partNumber ? -1 : 1));
}

/** As people know it; the part number itself where the table does not have it. */
export function licenceName(partNumber: string): string {
  return known.find((entry) => entry.partNumber === partNumber)?.name ?? partNumber;
}

function describe(row: LicenceStock): DynamicsLicence[] {
  const entry = known.find(({ partNumber }) => partNumber === row.partNumber);
  if (entry) return [{ ...row, name: entry.name, isKnown: true, isSmall: entry.isSmall }];
  if (!dynamics.test(row.partNumber) || otherDynamics.test(row.partNumber)) return [];
  return [{ ...row, name: row.partNumber, isKnown: false, isSmall: /TEAM_MEMBERS/iu.test(row.partNumber) }];
}

function rank({ partNumber, isKnown, isSmall }: DynamicsLicence): number {
  const place = known.findIndex((entry) => entry.partNumber === partNumber);
  return (isSmall ? 2 * known.length : 0) + (isKnown ? place : known.length);
}
