import { filteredProperties, matches, ODataError, parseFilter, parseQuery } from '../../../sandbox/odata/index.ts';

const row = {
  displayName: "O'Hara (lead) and co",
  version: 4,
  enabled: true,
  id: 'A1E10000-0000-4000-8000-000000000001',
  created: '2026-03-01T10:00:00Z',
  parent: null,
  customizable: { Value: true },
  tags: ['one', 'two'],
  roles: [{ name: 'Basic User', level: 1 }, { name: 'System Administrator', level: 2 }],
};

describe('a filter matches a row', () => {
  it.each([
    ["displayName eq 'o''hara (lead) and co'", true],
    ["displayName ne 'x'", true],
    ['version ge 4 and version le 4', true],
    ['version gt 4 or version lt 4', false],
    ['version gt -1.5e3', true],
    ['enabled eq true', true],
    ['id eq a1e10000-0000-4000-8000-000000000001', true],
    ["id eq 'a1e10000-0000-4000-8000-000000000001'", true],
    ['created gt 2026-02-28T23:59:59Z', true],
    ['created eq 2026-03-01T11:00:00+01:00', true],
    ['created lt 2026-02-01', false],
    ['parent eq null', true],
    ['parent gt 3', false],
    ['missing ne 3', true],
    ['customizable/Value eq true', true],
    ["tags/any(t:t eq 'two')", true],
    ["tags/any(t: t eq 'three')", false],
    ['tags/any()', true],
    ["roles/any(r:r/name eq 'Basic User' and r/level eq 2)", false],
    ["roles/any(r:r/name eq 'System Administrator' and version eq 4)", true],
    ["not startswith(displayName,'X')", true],
    ["startswith(displayName,'o''h') and contains(displayName, 'LEAD') and endswith(displayName,'co')", true],
    ['version eq 1 or version eq 4 and enabled eq true', true],
    ['(version eq 4 or version eq 1) and not (enabled eq true)', false],
    ["__proto__ eq 'x'", false],
  ])('%s is %s', (filter, expected) => {
    expect(matches(row, parseFilter(filter))).toBe(expected);
  });
});

describe('what is outside the supported part is refused', () => {
  it.each([
    '', 'version', 'version eq', 'version foo 4', "name eq 'x", 'version eq 4 junk', 'length(name) eq 3', 'version eq version',
    'tags/all(t:t eq 1)', 'name eq "x"', 'a eq 1)', '(a eq 1', `${'('.repeat(200)}a eq 1${')'.repeat(200)}`, 'version eq 4x',
  ])('%s', (filter) => {
    expect(() => parseFilter(filter)).toThrow(ODataError);
  });
});

describe('the query options of a request', () => {
  it('are read into one typed record', () => {
    const query = parseQuery(new URLSearchParams(
      "$select=name,_parent_value&$filter=version eq 4&$top=5&$orderby=name desc,created&$count=true&api-version=1&$expand=roles($select=name;$filter=name eq 'a;b,c'),owner",
    ));

    expect(query).toEqual({
      select: ['name', '_parent_value'],
      filter: { op: 'eq', path: ['version'], literal: { kind: 'number', value: 4 } },
      top: 5,
      count: true,
      orderby: [{ path: ['name'], descending: true }, { path: ['created'], descending: false }],
      expand: [
        { property: 'roles', query: { select: ['name'], filter: { op: 'eq', path: ['name'], literal: { kind: 'string', value: 'a;b,c' } } } },
        { property: 'owner', query: {} },
      ],
    });
  });

  it.each(['$apply=x', '$top=-1', '$select=', '$select=a b', '$count=yes', '$orderby=a up', '$expand=a(b', '$top=1&$top=2', '$expand=a(select)'])(
    '%s is refused',
    (query) => {
      expect(() => parseQuery(new URLSearchParams(query))).toThrow(ODataError);
    },
  );

  it('name the properties that a filter reads', () => {
    const filter = parseFilter("name eq 'x' and roles/any(r:r/level eq 1 and r/kind/Value eq 2) or not tags/any(t:t eq 'a')");

    expect(filteredProperties(filter)).toEqual(['name', 'roles', 'roles/level', 'roles/kind/Value', 'tags', 'tags']);
  });
});
