"use strict";
// Keeps, weighs, counts and draws the samples that the page holds. Nothing of any model is computed here.
const tiltmeter = (() => {
  const LEVELS = [0.5, 0.05, 0.95];
  const SIDES = ["defense", "unchanged", "offense"];
  const BINS = 60, SLICES = 20;

  // --- what the page holds -------------------------------------------------------------------------------------

  function unpack(text, Type) {
    const raw = atob(text), bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return new Type(bytes.buffer);
  }

  function model(payload) {
    const arrays = { ranks: unpack(payload.ranks, Uint16Array) };
    const orders = {};
    for (const name of ["before", "after", "tilt"]) {
      const values = (arrays[name] = unpack(payload[name], Float32Array));
      const known = Array.from(values.keys()).filter((i) => !Number.isNaN(values[i]));
      orders[name] = Uint32Array.from(known.sort((i, j) => values[i] - values[j]));
    }
    return { ...payload, ...arrays, orders };
  }

  // --- what is asked: a range in percent of draws for each input, a weight for each reading --------------------

  function untouched(held) {
    return { ranges: held.inputs.map(() => [0, 100]), weights: held.readings.map((reading) => reading.weight) };
  }

  // How many of its ranges each draw misses, and the last one that it misses.
  function misses(held, ranges) {
    const n = held.draws, count = new Uint16Array(n), which = new Int16Array(n).fill(-1);
    ranges.forEach(([low, high], d) => {
      if (low <= 0 && high >= 100) return;
      for (let i = 0; i < n; i++) {
        const place = (100 * (held.ranks[d * n + i] + 0.5)) / n;
        if (place < low || place > high) { count[i] += 1; which[i] = d; }
      }
    });
    return { count, which };
  }

  function summary(held, asked) {
    const n = held.draws, missed = misses(held, asked.ranges);
    const total = asked.weights.reduce((sum, weight) => sum + weight, 0);
    const weights = asked.weights.map((weight) => (total > 0 ? weight / total : 0));
    const kept = missed.count.reduce((sum, count) => sum + (count === 0), 0);
    const readings = weights.map((weight, r) => {
      const outcome = { weight, offense: 0, defense: 0, unchanged: 0, failed: 0 };
      for (let i = 0; i < n; i++) if (missed.count[i] === 0) outcome[sideOf(held.tilt[r * n + i])] += 1;
      return outcome;
    });
    const overall = chances(readings);
    const each = readings.map((reading) => ({ weight: reading.weight, ...chances([{ ...reading, weight: 1 }]) }));
    const numbers = {};
    for (const name of ["before", "after", "tilt"]) numbers[name] = quantiles(held, name, missed, weights);
    return { kept, missed, weights, ...overall, side: side(held, overall, each), readings: each, numbers };
  }

  function sideOf(tilt) {
    return Number.isNaN(tilt) ? "failed" : tilt > 0 ? "offense" : tilt < 0 ? "defense" : "unchanged";
  }

  // Shares among the draws that could be solved; all 0 where there is none.
  function chances(readings) {
    const sum = (name) => readings.reduce((total, reading) => total + reading.weight * reading[name], 0);
    const solved = sum("offense") + sum("defense") + sum("unchanged");
    const share = (name) => (solved > 0 ? sum(name) / solved : 0);
    return { solved, offense: share("offense"), defense: share("defense"), unchanged: share("unchanged") };
  }

  // The rule of the verdict: sure enough, and no reading that counts is as sure of the opposite.
  function side(held, overall, readings) {
    if (overall.solved === 0) return "nothing";
    const opposite = { offense: ["defense"], defense: ["offense"], unchanged: ["offense", "defense"] };
    for (const outcome of ["offense", "defense", "unchanged"]) {
      const opposed = readings.some(
        (reading) => reading.weight >= held.heard && opposite[outcome].some((other) => reading[other] >= held.sure));
      if (overall[outcome] >= held.sure && !opposed) return outcome;
    }
    return "depends";
  }

  // Median and ends of the middle 90 %: values of draws, by the inverse of their weighted distribution.
  function quantiles(held, name, missed, weights) {
    const n = held.draws, order = held.orders[name], values = held[name];
    const weight = (k) => (missed.count[k % n] === 0 ? weights[Math.floor(k / n)] : 0);
    let total = 0;
    for (const k of order) total += weight(k);
    const found = LEVELS.map(() => NaN);
    let sum = 0, next = [1, 0, 2];
    for (const k of order) {
      const w = weight(k);
      if (w === 0) continue;
      sum += w;
      while (next.length && sum >= total * LEVELS[next[0]] * (1 - 1e-12)) found[next.shift()] = values[k];
      if (!next.length) break;
    }
    // In the order of the levels: the low end is passed first.
    return reordered(found);
  }

  function reordered([first, low, high]) {
    return { median: first, low, high };
  }

  function bins(held, name, found, low, high) {
    const n = held.draws, values = held[name], shares = new Float64Array(BINS);
    let total = 0;
    found.weights.forEach((weight, r) => {
      for (let i = 0; i < n; i++) {
        const value = values[r * n + i];
        if (found.missed.count[i] !== 0 || Number.isNaN(value) || (name === "tilt" && value === 0)) continue;
        shares[Math.min(Math.max(Math.floor((BINS * (value - low)) / (high - low)), 0), BINS - 1)] += weight;
        total += weight;
      }
    });
    return shares.map((share) => (total > 0 ? share / total : 0));
  }

  // For each slice of an input's range how the draws there lean, from -1 (all to defense) to 1 (all to offense),
  // with all other ranges as they are; null where no draw is left.
  function leanings(held, found) {
    const n = held.draws, lean = new Float64Array(n), known = new Float64Array(n);
    found.weights.forEach((weight, r) => {
      for (let i = 0; i < n; i++) {
        const tilt = held.tilt[r * n + i];
        if (Number.isNaN(tilt)) continue;
        known[i] += weight;
        lean[i] += weight * Math.sign(tilt);
      }
    });
    return held.inputs.map((_, d) => {
      const leans = new Float64Array(SLICES), all = new Float64Array(SLICES);
      for (let i = 0; i < n; i++) {
        const missed = found.missed.count[i];
        if (missed > 1 || (missed === 1 && found.missed.which[i] !== d)) continue;
        const slice = Math.floor((SLICES * held.ranks[d * n + i]) / n);
        leans[slice] += lean[i];
        all[slice] += known[i];
      }
      return Array.from(leans, (sum, slice) => (all[slice] > 0 ? sum / all[slice] : null));
    });
  }

  // --- numbers in words, as in the rest of the report ----------------------------------------------------------

  const minus = (value) => (value < 0 ? "−" : "");

  function digits(size, count) {
    const rounded = Number(size.toPrecision(count));
    if (rounded < 1e-4) return rounded.toExponential().replace("e-", "e-");
    return String(Number(rounded.toFixed(10)));
  }

  function percent(share) {
    if (Number.isNaN(share)) return "–";
    const size = Math.abs(share) * 100;
    let text = size.toFixed(1);
    if (size === 0 || size === 100) text = String(size);
    else if (size >= 99.95 && size < 100) text = "> 99.9";
    else if (size < 1e-3) text = "< 0.001";
    else if (size < 0.95) text = digits(size, 2);
    return `${minus(share)}${text} %`;
  }

  function points(change) {
    if (Number.isNaN(change)) return "–";
    const size = Math.abs(change) * 100;
    if (size < 1e-3) return "0 points";
    return `${change > 0 ? "+" : "−"}${size >= 0.95 ? size.toFixed(1) : digits(size, 2)} points`;
  }

  function chance(probability) {
    if (probability > 0 && probability < 0.01) return "< 1 %";
    if (probability > 0.99 && probability < 1) return "> 99 %";
    return `${(100 * probability).toFixed(0)} %`;
  }

  return { BINS, SIDES, model, untouched, summary, bins, leanings, percent, points, chance };
})();
