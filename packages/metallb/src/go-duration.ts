/** Reads a duration as Go writes it (`90s`, `1m30s`, `0`), in seconds; undefined for anything else. */
export function parseGoDuration(text: string): number | undefined {
  const match = /^([-+]?)(0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (match === null) return undefined;
  const parts = text.match(/[\d.]+(ns|us|µs|μs|ms|s|m|h)/g) ?? [];
  const total = parts.reduce((sum, part) => sum + Number.parseFloat(part) * secondsIn(part.replace(/[\d.]+/, '')), 0);
  return match[1] === '-' ? -total : total;
}

function secondsIn(unit: string): number {
  switch (unit) {
    case 'h':
      return 3600;
    case 'm':
      return 60;
    case 's':
      return 1;
    case 'ms':
      return 1e-3;
    case 'ns':
      return 1e-9;
    default:
      return 1e-6;
  }
}
