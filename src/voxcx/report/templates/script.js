(() => {
  const audio = document.querySelector("audio");
  const head = document.querySelector(".playhead");
  const lines = [...document.querySelectorAll(".line[data-from]")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let flashed = null;

  function show(target) {
    if (flashed) flashed.classList.remove("flash");
    target.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    target.classList.add("flash");
    flashed = target;
  }
  function lineAt(t) {
    let found = null;
    for (const line of lines) if (Number(line.dataset.from) <= t + 0.05) found = line;
    return found || lines[0];
  }
  function playFrom(t) {
    if (!audio) return;
    audio.currentTime = Math.max(0, t - 0.3);
    audio.play().catch(() => {});
  }
  document.addEventListener("click", (event) => {
    const place = event.target.closest(".jump, [data-t]");
    if (!place) return;
    const t = place.dataset.t === undefined ? null : Number(place.dataset.t);
    const id = (place.getAttribute("href") || "").slice(1);
    const target = id ? document.getElementById(id) : lineAt(t);
    if (target) {
      event.preventDefault();
      show(target);
    }
    if (t !== null) playFrom(t);
  });
  if (audio) {
    audio.addEventListener("timeupdate", () => {
      const now = lineAt(audio.currentTime);
      document.querySelectorAll(".line.now").forEach((line) => line !== now && line.classList.remove("now"));
      if (now) now.classList.add("now");
      if (head && audio.duration) {
        const x = (100 * audio.currentTime) / audio.duration + "%";
        head.setAttribute("x1", x);
        head.setAttribute("x2", x);
        head.classList.add("on");
      }
    });
  }
})();
