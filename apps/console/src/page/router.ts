const views = ["conversation", "decisions", "reviews", "halts"];
/** Where there is room for two: the same width as in console.css. */
const wide = matchMedia("(min-width: 56.0625rem)");

/** The part of the page that its address names; beside the conversation, where there is room for two, or instead of it. */
export function startRouter(): void {
  let view = "conversation";
  const show = (): void => {
    const named = location.hash.slice(1);
    // Other fragments are places within a view.
    if (named === "" || views.includes(named)) view = named === "" ? "conversation" : named;
    document.body.dataset["view"] = view;
    const current = wide.matches && view === "conversation" ? "decisions" : view;
    for (const link of document.querySelectorAll("#views a")) {
      if (link.getAttribute("href") === `#${current}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  addEventListener("hashchange", show);
  wide.addEventListener("change", show);
  show();
}
