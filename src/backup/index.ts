import { backUp } from './command.ts';

process.exitCode = await backUp(process.argv.slice(2), process.env['DATA_DIR'] ?? '.data', console);
