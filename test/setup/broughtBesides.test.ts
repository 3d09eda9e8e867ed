import { broughtBesides } from '../../src/setup/steps/broughtBesides.ts';

const roleOnly = { components: [{ name: 'Lead Writer', type: 'Role' }] };

test('a role brings nothing besides', () => {
  expect(broughtBesides(roleOnly, [])).toEqual([]);
});

test('what only Dynamics tells counts too, however it spells the type', () => {
  const components = ['Plugin Assembly', 'pluginassembly', 'Web Resource', 'CanvasApp'].map((type, index) => ({ type, name: `n${index}` }));
  expect(broughtBesides({ components }, []).map(({ key, values }) => [key, values?.['names']])).toEqual([
    ['solution.brings.plugIn', 'n0, n1'], ['solution.brings.webResource', 'n2'], ['solution.brings.app', 'n3'],
  ]);
});

test('each kind is said once, an id only where there is no name', () => {
  const id = '{91c7e3b4-58af-4d26-a0e9-2b6c4f8d7a15}';
  expect(broughtBesides(roleOnly, [{ kind: 'workflow', name: id }])[0]?.values).toEqual({ names: id });
  expect(broughtBesides({ components: [{ type: 'Workflow', name: 'Tell finance' }] }, [{ kind: 'workflow', name: id }])).toEqual([
    { key: 'solution.brings.workflow', values: { names: 'Tell finance' } },
  ]);
});

test('many or long names are cut', () => {
  const foreign = Array.from({ length: 9 }, (_none, index) => ({ kind: 'other' as const, name: `${index}${'x'.repeat(100)}` }));
  const names = String(broughtBesides(roleOnly, foreign)[0]?.values?.['names']);
  expect(names.length).toBeLessThan(330);
  expect(names.endsWith(', …')).toBe(true);
});
