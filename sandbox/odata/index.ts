export { ODataError } from './error.ts';
export { parseFilter, type Filter, type Literal, type Path } from './filter.ts';
export { matches, valueAt } from './match.ts';
export { filteredProperties, parseQuery, type Query } from './query.ts';
