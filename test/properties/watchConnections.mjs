// Loaded into the bot's process by a test: prints every host that it connects to, or tries to.
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';

subscribe('net.client.socket', ({ socket }) => {
  socket.once('lookup', (_error, address, _family, host) => print(host || address));
  socket.once('connect', () => print(socket.remoteAddress));
});

function print(host) {
  writeSync(2, `connected to <${host}>\n`);
}
