export { ODataError } from './error.ts';
export { parseFilter, type Filter, type LambdaTest, type Literal, type Path, type PropertyTest } from './filter.ts';
export { matches, valueAt } from './match.ts';
export { filteredProperties, parseQuery, type Query } from './query.ts';
