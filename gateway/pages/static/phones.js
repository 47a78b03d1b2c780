// The sandbox's phones: Enter sends, an example fills the line, a name is found while it is typed.
(() => {
  "use strict";
  const live = document.getElementById("live");
  const page = live.dataset.part;
  let timer = null;

  live.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (event.target.tagName !== "TEXTAREA") return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  live.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches(".find")) { event.preventDefault(); return; }
    if (!form.matches(".typed")) return;
    event.preventDefault();
    const line = form.elements.Body;
    const chosen = event.submitter;
    if (chosen && chosen.name === "example") {
      line.value = chosen.value;
      line.focus();
      return;
    }
    const fields = new URLSearchParams(new FormData(form, chosen));
    const written = chosen && chosen.name === "again" ? "" : line.value;
    if (written) line.value = ""; // at once: the next text may be begun before this one is answered
    try {
      const response = await fetch(form.action, { method: "POST", body: fields });
      if (!response.ok) throw new Error(String(response.status));
      window.pantau.answered(await response.text());
    } catch {
      line.value = line.value || written;
      window.pantau.refresh();
    }
  });

  live.addEventListener("input", (event) => {
    if (event.target.name !== "find") return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const address = new URL(page, location.href);
      address.searchParams.delete("said");
      address.searchParams.set("find", event.target.value);
      address.searchParams.set("at", event.target.form.dataset.at);
      window.pantau.show(address.pathname + address.search);
    }, 150);
  });
})();
