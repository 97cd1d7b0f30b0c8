/** A date and a clock of the Gregorian calendar. */
export interface DateAndClock {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY_SECONDS = 86_400;

/** Seconds since 1970 of a date and clock in UTC; months and days beyond their ranges carry over, as in Go. NaN beyond what a `Date` holds. */
export function secondsOf(date: DateAndClock): number {
  const monthIndex = date.month - 1;
  const year = date.year + Math.floor(monthIndex / 12);
  const month = monthIndex - Math.floor(monthIndex / 12) * 12;
  const midnight = new Date(0).setUTCFullYear(year, month, 1);
  return midnight / 1000 + (date.day - 1) * DAY_SECONDS + date.hour * 3600 + date.minute * 60 + date.second;
}

/** How many days a month has. Month 1 to 12. */
export function daysIn(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
