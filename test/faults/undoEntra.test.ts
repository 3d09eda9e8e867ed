import { describeMatrix } from './describeMatrix.ts';
import { ways } from './ways.ts';

describeMatrix(ways.undoEntra);
