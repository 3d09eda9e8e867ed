// Preloaded into a bot: its time runs many times as fast, from the instant and at the speed that the environment gives, also in the process that comes after it.
const since = Number(process.env.FAST_SINCE);
const speed = Number(process.env.FAST_SPEED);
const RealDate = Date;
const now = () => Math.round(since + (RealDate.now() - since) * speed);

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
