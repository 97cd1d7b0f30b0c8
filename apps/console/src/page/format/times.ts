const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** `14:02:11`, with the day before it where that is another one than today. In the person's own time zone. */
export function timeText(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const isToday = day.format(date) === day.format(now);
  return isToday ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`;
}

/** `in 23 h`, `in 12 min`, `expired` */
export function remainingText(iso: string, now: Date = new Date()): string {
  const minutes = Math.floor((Date.parse(iso) - now.getTime()) / 60_000);
  if (Number.isNaN(minutes)) return iso;
  if (minutes < 0) return "expired";
  if (minutes < 60) return `in ${minutes} min`;
  return minutes < 48 * 60 ? `in ${Math.floor(minutes / 60)} h` : `in ${Math.floor(minutes / 1440)} days`;
}
