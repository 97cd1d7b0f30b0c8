import { part } from "./element.ts";
import { plainText } from "./plain-text.ts";

/** Says something to people who do not see the page, at the next pause. The same words twice are said twice. */
export function announce(text: string): void {
  const region = part("announcements", HTMLElement);
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = plainText(text);
  });
}
