// Keeps a page current: asks for the part that changes every few seconds, and puts in what differs.
// What has not changed stays the same element, so that focus, selection and scrolling stay too.
(() => {
  "use strict";
  const SECONDS = 3;
  const PATIENCE = 15; // seconds: a connection that was cut without a word would keep us waiting for minutes
  const live = document.getElementById("live");
  const asOf = document.getElementById("as-of");
  const alive = document.getElementById("alive");
  const stale = document.getElementById("stale");
  let etag = null;
  let timer = null;
  let asking = null;

  function morph(from, to) {
    const old = children(from);
    const fresh = children(to);
    for (let i = 0; i < Math.max(old.length, fresh.length); i += 1) {
      if (i >= fresh.length) old[i].remove();
      else if (i >= old.length) from.append(fresh[i]);
      else if (differ(old[i], fresh[i])) old[i].replaceWith(fresh[i]);
      else if (old[i].nodeType === Node.ELEMENT_NODE) {
        attributes(old[i], fresh[i]);
        morph(old[i], fresh[i]);
      } else if (old[i].data !== fresh[i].data) old[i].data = fresh[i].data;
    }
  }

  // A parser drops the blanks before the first element: there they are not to be counted.
  function children(node) {
    const all = [...node.childNodes];
    return node === live || node.nodeName === "BODY" || node.id === "live"
      ? all.filter((each) => each.nodeType === Node.ELEMENT_NODE)
      : all;
  }

  function differ(one, other) {
    return one.nodeType !== other.nodeType || one.nodeName !== other.nodeName ||
      (one.id || "") !== (other.id || "");
  }

  function attributes(from, to) {
    for (const { name } of [...from.attributes]) {
      if (!to.hasAttribute(name) && name !== "open") from.removeAttribute(name);
    }
    for (const { name, value } of to.attributes) {
      if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
  }

  function put(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const fresh = parsed.getElementById("live") || parsed.body;
    morph(live, fresh);
    document.dispatchEvent(new Event("pantau:put"));
  }

  function well(response) {
    const moment = response.headers.get("Pantau-As-Of");
    if (moment) asOf.textContent = moment;
    alive.hidden = false;
    stale.hidden = true;
    stale.textContent = "";
  }

  function trouble() {
    alive.hidden = true;
    stale.hidden = false;
    if (!stale.textContent) stale.textContent = stale.dataset.words;
  }

  function late() {
    trouble();
    refresh();
  }

  async function refresh() {
    clearTimeout(timer);
    if (asking) asking.abort();
    const mine = (asking = new AbortController());
    timer = setTimeout(late, PATIENCE * 1000);
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const response = await fetch(live.dataset.part, { headers, cache: "no-store", signal: mine.signal });
      const html = await response.text();
      if (mine !== asking) return;
      if (response.status === 200) {
        etag = response.headers.get("ETag");
        put(html);
        well(response);
      } else if (response.status === 304) well(response);
      else trouble();
    } catch {
      if (mine !== asking) return;
      trouble();
    }
    clearTimeout(timer);
    timer = setTimeout(refresh, document.hidden ? SECONDS * 5000 : SECONDS * 1000);
  }

  // The page as it stands after what was just sent. A look under way is older than it, and the next one
  // has not what is said only to the sender: it waits, so that this can be read.
  function answered(html) {
    if (asking) asking.abort();
    asking = null;
    etag = null;
    clearTimeout(timer);
    put(html);
    timer = setTimeout(refresh, SECONDS * 1000);
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  window.pantau = {
    refresh,
    answered,
    show(address) { live.dataset.part = address; etag = null; return refresh(); },
  };
  timer = setTimeout(refresh, 1000);
})();
