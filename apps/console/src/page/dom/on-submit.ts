/** What a form does in place of being sent. Its buttons rest until it is done, so that nothing is sent twice. */
export function onSubmit(form: HTMLFormElement, work: (submitter: HTMLElement | null) => Promise<void>): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll("button")];
    const rest = (isResting: boolean): void => {
      for (const button of buttons) button.disabled = isResting;
    };
    if (buttons.some((button) => button.disabled)) return;
    rest(true);
    void work(event.submitter).finally(() => rest(false));
  });
}
