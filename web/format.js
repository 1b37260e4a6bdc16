// SPDX-License-Identifier: BSD-3-Clause
// Numbers and times as an operator reads them.

const group = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

export function count(value) {
  return value === undefined || value === null || Number.isNaN(value) ? '–' : group.format(value);
}

function scaled(value, units, base) {
  let at = 0;
  while (Math.abs(value) >= base && at < units.length - 1) {
    value /= base;
    at++;
  }
  const digits = value >= 100 || at === 0 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[at]}`.trim();
}

export function bytes(value) {
  return value === undefined ? '–' : scaled(value, ['B', 'kB', 'MB', 'GB', 'TB', 'PB'], 1000);
}

/** Bytes a second as bits a second. */
export function bits(value) {
  return value === null || value === undefined ? '–' : scaled(value * 8, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'], 1000);
}

/** So many a second. */
export function rate(value, unit = '/s') {
  if (value === null || value === undefined) return '–';
  if (value > 0 && value < 10) return `${value.toFixed(1)} ${unit}`;
  return value < 100000 ? `${group.format(value)} ${unit}` : `${scaled(value, ['', 'k', 'M', 'G'], 1000)}${unit}`;
}

export function percent(part, whole) {
  return whole > 0 ? Math.min(100, (100 * part) / whole) : 0;
}

/** RouterOS's "1w2d3h4m5s" in seconds; NaN if it is something else. */
export function seconds(text) {
  const match = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:\d+ms)?$/.exec(text ?? '');
  if (!match || !text) return NaN;
  return [604800, 86400, 3600, 60, 1].reduce((sum, unit, i) => sum + unit * Number(match[i + 1] ?? 0), 0);
}

/** The time of day, and the date if it is not today's. */
export function when(text) {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return text ?? '';
  const clock = time.toLocaleTimeString('en-GB');
  return time.toDateString() === new Date().toDateString() ? clock : `${time.toLocaleDateString('en-CA')} ${clock}`;
}
