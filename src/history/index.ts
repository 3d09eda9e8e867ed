import { writeHistory } from './command.ts';

process.exitCode = writeHistory(process.argv.slice(2), process.env['DATA_DIR'] ?? '.data', {
  out: (text) => void process.stdout.write(text),
  err: (line) => console.error(line),
});
