// Preloaded into a bot: its time begins where the environment says and runs many times as fast as ours, also in the process that comes after it.
const [since, from, speed] = ['FAST_SINCE', 'FAST_FROM', 'FAST_SPEED'].map((name) => Number(process.env[name]));
const RealDate = Date;
const now = () => Math.round(from + (RealDate.now() - since) * speed);

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given));
  }
  static now() {
    return now();
  }
};
for (const name of ['setTimeout', 'setInterval']) {
  const real = globalThis[name];
  globalThis[name] = (work, milliseconds = 0, ...given) => real(work, milliseconds / speed, ...given);
}
