// The part of the page that is alive: sliders, the answer they lead to, and its picture.
(() => {
  const source = typeof document === "undefined" ? null : document.getElementById("samples");
  if (!source) return;
  const held = tiltmeter.model(JSON.parse(source.textContent));
  const first = tiltmeter.summary(held, tiltmeter.untouched(held));
  const asked = tiltmeter.untouched(held);
  const at = (id) => document.getElementById(id);
  const space = "http://www.w3.org/2000/svg";

  function make(name, attributes = {}, parent = null, text = null) {
    const svg = ["svg", "rect", "path", "line", "text", "title", "g"].includes(name);
    const node = svg ? document.createElementNS(space, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== null) node.textContent = text;
    if (parent) parent.append(node);
    return node;
  }

  // --- the controls --------------------------------------------------------------------------------------------

  const strips = [], redraws = [];

  function weightControl(reading, r) {
    const row = make("div", { class: "control" }, at("live-weights"));
    const label = make("label", { for: `weight-${r}` }, row, reading.title);
    const said = make("output", { for: `weight-${r}` }, row);
    const slider = make("input", { type: "range", id: `weight-${r}`, min: 0, max: 100, step: 1 }, row);
    label.id = `weight-label-${r}`;
    slider.addEventListener("input", () => { asked.weights[r] = slider.valueAsNumber / 100; change(); });
    redraws.push((found) => {
      const text = `${(100 * found.weights[r]).toFixed(0)} %`;
      said.textContent = text;
      slider.setAttribute("aria-valuetext", text);
    });
    return () => { slider.value = 100 * reading.weight; };
  }

  function rangeControl(input, d, parent) {
    const row = make("div", { class: "control", role: "group", "aria-label": input.label }, parent);
    make("span", { class: "label" }, row, input.label);
    const said = make("output", {}, row);
    const pair = make("div", { class: "pair" }, row);
    strips[d] = make("div", { class: "strip" }, pair);
    const ends = ["at least", "at most"].map((name, end) =>
      make("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": `${input.label}: ${name}` }, pair));
    ends.forEach((slider, end) => slider.addEventListener("input", () => {
      const [low, high] = [ends[0].valueAsNumber, ends[1].valueAsNumber];
      // The handles do not pass each other.
      if (high - low < 1) slider.value = end === 0 ? high - 1 : low + 1;
      asked.ranges[d] = [ends[0].valueAsNumber, ends[1].valueAsNumber];
      change();
    }));
    redraws.push(() => {
      const values = asked.ranges[d].map((share) => input.values[Math.round(share)]);
      said.textContent = `${values[0]} … ${values[1]}${input.unit ? ` ${input.unit}` : ""}`;
      const texts = [`${asked.ranges[d][0]} % of the draws lie below`, `${100 - asked.ranges[d][1]} % lie above`];
      ends.forEach((slider, end) => {
        slider.setAttribute("aria-valuetext", `${values[end]} ${input.unit}; ${texts[end]}`);
        // The handle that can still move lies on top.
        slider.style.zIndex = end === 0 && asked.ranges[d][0] > 50 ? 3 : 2;
      });
      pair.style.setProperty("--low", `${asked.ranges[d][0]}%`);
      pair.style.setProperty("--high", `${asked.ranges[d][1]}%`);
    });
    return () => { ends[0].value = 0; ends[1].value = 100; };
  }

  const resets = held.inputs.map((input, d) =>
    rangeControl(input, d, d < 6 ? at("live-ranges") : at("live-more")));
  if (held.inputs.length <= 6) at("live-more").parentElement.remove();
  else at("live-more").previousElementSibling.textContent = `${held.inputs.length - 6} more inputs`;
  if (held.inputs.length === 0) at("live-ranges").parentElement.remove();
  if (held.readings.length > 1) resets.push(...held.readings.map(weightControl));
  else at("live-weights").parentElement.remove();

  at("live-reset").addEventListener("click", () => {
    Object.assign(asked, tiltmeter.untouched(held));
    resets.forEach((reset) => reset());
    show();
  });

  // --- the answer ----------------------------------------------------------------------------------------------

  function same() {
    return asked.ranges.every(([low, high]) => low === 0 && high === 100) &&
      held.readings.every((reading, r) => asked.weights[r] === reading.weight);
  }

  function answer(found) {
    const original = same();
    const said = original ? held.headline : {
      offense: tiltmeter.chance(found.offense), defense: tiltmeter.chance(found.defense),
      unchanged: tiltmeter.chance(found.unchanged), before: tiltmeter.percent(found.numbers.before.median),
      after: tiltmeter.percent(found.numbers.after.median), change: tiltmeter.points(found.numbers.tilt.median),
      low: tiltmeter.points(found.numbers.tilt.low), high: tiltmeter.points(found.numbers.tilt.high),
    };
    const sure = found.side in said ? ` (probability ${said[found.side]})` : "";
    at("live-answer").textContent = (original ? held.headline.sentence : held.answers[found.side]) + sure;
    at("live-answer").className = `live-answer ${found.side}`;
    for (const name of tiltmeter.SIDES) {
      const part = at(`live-${name}`);
      part.style.flexGrow = found[name];
      part.hidden = !(found[name] > 0);
      part.textContent = found[name] >= 0.14 ? `${name} ${said[name]}` : "";
      part.title = `${name} ${said[name]}`;
    }
    at("live-before").textContent = said.before;
    at("live-after").textContent = said.after;
    at("live-change").textContent = said.change;
    at("live-span").textContent = `${said.low.replace(" points", "")} … ${said.high}`;
    const count = at("live-count"), few = found.kept < held.few;
    count.textContent = `${found.kept.toLocaleString("en-US")} of ${held.draws.toLocaleString("en-US")} draws` +
      (original ? ", all ranges as in the scenario" : " lie within these ranges") +
      (few ? `. Fewer than ${held.few}: these numbers are rough.` : ".");
    count.classList.toggle("warning", few);
    at("live-reset").disabled = original;
  }

  // --- the picture ---------------------------------------------------------------------------------------------

  // From the least to the greatest value; without the outermost hundredths where these make it much wider.
  const limits = (names) => {
    const ends = (from, until) => {
      const found = names.filter((name) => held.orders[name].length).map((name) => {
        const order = held.orders[name], values = held[name], last = order.length - 1;
        return [values[order[Math.floor(from * last)]], values[order[Math.ceil(until * last)]]];
      });
      return [Math.min(...found.map(([low]) => low)), Math.max(...found.map(([, high]) => high))];
    };
    const [low, high] = ends(0, 1), [from, until] = ends(0.01, 0.99);
    if (!Number.isFinite(low)) return [0, 1];
    if (high === low) return [low - 0.005, low + 0.005];
    return until > from && high - low > 1.3 * (until - from) ? [from, until] : [low, high];
  };

  // Zero lies between two bins, so that no bar belongs to both sides.
  function tiltLimits() {
    const [low, high] = limits(["tilt"]), width = (Math.max(high, 0) - Math.min(low, 0)) / (tiltmeter.BINS - 2) || 0.01;
    const left = Math.ceil(-Math.min(low, 0) / width - 1e-9);
    return [-left * width, (tiltmeter.BINS - left) * width];
  }

  const WIDTH = 560, HIGH = 62, ROW = 108, AXIS = 18;
  const success = limits(["before", "after"]), lean = tiltLimits();
  const rows = [
    ["before", `Before ${held.technology}`, success, () => "neutral"],
    ["after", `With ${held.technology}`, success, () => "after"],
    ["tilt", "Tilt: the change, in percentage points", lean, (middle) => (middle > 0 ? "offense" : "defense")],
  ];
  const original = Object.fromEntries(rows.map(([name, , [low, high]]) =>
    [name, tiltmeter.bins(held, name, first, low, high)]));

  function picture(found) {
    const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${rows.length * ROW + 2 * AXIS}`, role: "img" });
    make("title", {}, svg, "Attack success before and after, and the tilt, of the draws that are left");
    rows.forEach(([name, label, [low, high], color], place) => {
      const base = place * ROW + (place > 1 ? AXIS : 0) + HIGH + 24, x = (value) => (WIDTH * (value - low)) / (high - low);
      const shares = tiltmeter.bins(held, name, found, low, high);
      const top = Math.max(...shares, ...original[name], 1e-12);
      make("text", { x: 0, y: base - HIGH - 8, class: "row" }, svg, label);
      const step = WIDTH / shares.length;
      let ghost = `M0 ${base}`;
      shares.forEach((share, bin) => {
        const height = (HIGH * share) / top, middle = low + ((bin + 0.5) * (high - low)) / shares.length;
        if (share > 0) make("rect", { x: bin * step, y: base - height, width: step + 0.3, height, class: color(middle) }, svg);
        ghost += `V${(base - (HIGH * original[name][bin]) / top).toFixed(1)}H${((bin + 1) * step).toFixed(1)}`;
      });
      if (!same()) make("path", { d: `${ghost}V${base}`, class: "ghost" }, svg);
      make("line", { x1: 0, x2: WIDTH, y1: base, y2: base, class: "axis" }, svg);
      if (name === "tilt") make("line", { x1: x(0), x2: x(0), y1: base - HIGH - 4, y2: base + 10, class: "zero" }, svg);
      const { median, low: from, high: until } = found.numbers[name];
      if (!Number.isNaN(median)) {
        make("line", { x1: x(from), x2: x(until), y1: base + 7, y2: base + 7, class: "span" }, svg);
        make("line", { x1: x(median), x2: x(median), y1: base + 2, y2: base + 12, class: "span" }, svg);
      }
      if (name !== "before") ticks(svg, low, high, x, base, name === "tilt");
    });
    at("live-picture").replaceChildren(svg);
  }

  function ticks(svg, low, high, x, base, signed) {
    const rough = (100 * (high - low)) / 6, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough);
    for (let k = Math.ceil((100 * low) / step); k * step <= 100 * high + 1e-9; k++) {
      const value = Number((k * step).toPrecision(6)), place = Math.min(Math.max(x(value / 100), 12), WIDTH - 14);
      const text = signed ? `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value)}` : `${value} %`;
      make("text", { x: place, y: base + 26, class: "tick" }, svg, text);
    }
  }

  function paint(found) {
    tiltmeter.leanings(held, found).forEach((slices, d) => {
      const colors = slices.map((share, slice) => {
        const color = share === null ? "transparent" :
          `color-mix(in srgb, var(--${share > 0 ? "offense" : "defense"}) ${(100 * Math.abs(share)).toFixed(0)}%, var(--neutral-soft))`;
        return `${color} ${(100 * slice) / slices.length}% ${(100 * (slice + 1)) / slices.length}%`;
      });
      strips[d].style.background = `linear-gradient(to right, ${colors.join(", ")})`;
    });
  }

  function show() {
    const found = tiltmeter.summary(held, asked);
    answer(found);
    redraws.forEach((redraw) => redraw(found));
    picture(found);
    paint(found);
  }

  let waiting = false;
  function change() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; show(); });
  }

  // What is folded away on the screen is printed.
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  resets.forEach((reset) => reset());
  at("explore").hidden = false;
  show();
})();
