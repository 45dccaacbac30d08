/** A span of time as kubectl prints ages: the coarser the longer (kubernetes `duration.HumanDuration`). */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return parts(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return parts(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return parts(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.trunc(days / 365);
  return years < 8 ? parts(years, 'y', days % 365, 'd') : `${years}y`;
}

function parts(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major}${majorUnit}` : `${major}${majorUnit}${minor}${minorUnit}`;
}

/** The age of a time stamp; `<unknown>` for none. */
export function ageOf(stamp: unknown, now: Date): string {
  if (typeof stamp !== 'string' || stamp === '') return '<unknown>';
  const time = Date.parse(stamp);
  return Number.isNaN(time) ? '<invalid>' : humanDuration(now.getTime() - time);
}
