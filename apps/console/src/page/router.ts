const views = ["conversation", "decisions", "reviews", "halts"];

/** The part of the page that its address names; beside the conversation, where there is room for two, or instead of it. */
export function startRouter(): void {
  const show = (): void => {
    const named = location.hash.slice(1);
    // Other fragments are places within a view.
    if (named !== "" && !views.includes(named)) return;
    const view = named === "" ? "conversation" : named;
    document.body.dataset["view"] = view;
    for (const link of document.querySelectorAll("#views a")) {
      if (link.getAttribute("href") === `#${view}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  addEventListener("hashchange", show);
  show();
}
