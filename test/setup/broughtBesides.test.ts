import { broughtBesides } from '../../src/setup/steps/broughtBesides.ts';

const roleOnly = { components: [{ name: 'Lead Writer', type: 'Role' }] };

test('a role brings nothing besides', () => {
  expect(broughtBesides(roleOnly, [])).toEqual([]);
});

test('what only Dynamics tells counts too, however it spells the type', () => {
  const components = ['Plugin Assembly', 'pluginassembly', 'Web Resource', 'CanvasApp'].map((type, index) => ({ type, name: `n${index}` }));
  expect(broughtBesides({ components }, []).map(({ key, values }) => [key, values?.['number'], values?.['names']])).toEqual([
    ['solution.brings.plugIn', 2, 'n0, n1'], ['solution.brings.webResource', 1, 'n2'], ['solution.brings.app', 1, 'n3'],
  ]);
});

const id = '{91c7e3b4-58af-4d26-a0e9-2b6c4f8d7a15}';

test('what the file and Dynamics tell under a name or an id that both know is one thing, told by its name', () => {
  const foreign = [{ kind: 'workflow' as const, name: id, aliases: ['Tell finance'] }];
  expect(broughtBesides(roleOnly, [{ kind: 'workflow', name: id }])[0]?.values).toEqual({ number: 1, names: id });
  expect(broughtBesides({ components: [{ type: 'Workflow', name: 'tell Finance' }] }, foreign)).toEqual([
    { key: 'solution.brings.workflow', values: { number: 1, names: 'tell Finance' } },
  ]);
});

test('what only one of both tells is there besides what the other tells', () => {
  expect(broughtBesides({ components: [{ type: 'Workflow', name: 'Tell finance' }] }, [{ kind: 'workflow', name: id }])).toEqual([
    { key: 'solution.brings.workflow', values: { number: 2, names: `Tell finance, ${id}` } },
  ]);
});

test('what has the same name twice, or none, is two things', () => {
  const components = ['a', 'a', ''].map((name) => ({ type: 'Web Resource', name }));
  expect(broughtBesides({ components }, [])[0]?.values).toEqual({ number: 3, names: 'a, a, ?' });
});

test('many or long names are cut, and what is not named is counted', () => {
  const foreign = Array.from({ length: 17 }, (_none, index) => ({ kind: 'other' as const, name: `${index}${'x'.repeat(100)}` }));
  const { number, names } = broughtBesides(roleOnly, foreign)[0]?.values ?? {};
  expect(number).toBe(17);
  expect(String(names).length).toBeLessThan(330);
  expect(String(names)).toMatch(/^0x.*, 4x+…, \+ 12$/u);
});
