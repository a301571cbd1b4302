// Values to pixels, and round numbers for the axes.

function linear(low, high, start, end) {
  const span = high - low || 1;
  const scale = (value) => start + ((value - low) / span) * (end - start);
  scale.invert = (pixel) => low + ((pixel - start) / (end - start)) * span;
  return scale;
}

function logarithmic(low, high, start, end) {
  const inner = linear(Math.log(low), Math.log(high), start, end);
  return (value) => inner(Math.log(Math.max(value, low)));
}

// The step of 1, 2, 2.5 or 5 times a power of ten that gives as nearly as possible `count` ticks.
function roundStep(span, count) {
  const rough = span / (count + 0.5);
  const power = 10 ** Math.floor(Math.log10(rough));
  const steps = [1, 2, 2.5, 5, 10].map((factor) => factor * power);
  const distance = (step) => Math.abs(Math.log(step / rough));
  return steps.reduce((best, step) => (distance(step) < distance(best) ? step : best));
}

// Round numbers within the domain: about `count` of them, and two at least.
function linearTicks(low, high, count) {
  const step = roundStep(high - low || 1, count);
  const ticks = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
    ticks.push(index * step || 0);
  }
  return ticks.length < 2 && count < 10 ? linearTicks(low, high, count + 1) : ticks;
}

// 1, 2 and 5 times the powers of ten within the domain.
function logTicks(low, high) {
  const ticks = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    for (const factor of [1, 2, 5]) {
      if (factor * power >= low && factor * power <= high) ticks.push(factor * power);
    }
  }
  return ticks;
}

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080].map((m) => m * 60);

function timeTicks(from, to, count) {
  const step = TIME_STEPS.find((candidate) => (to - from) / candidate <= count) ?? TIME_STEPS.at(-1);
  const ticks = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) ticks.push(time);
  return ticks;
}

// A little room above and below the values.
function domain(values, { logarithmicScale = false, fromZero = false } = {}) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return logarithmicScale ? [1, 10] : [0, 1];
  if (logarithmicScale) return [Math.max(low, 1e-9) / 1.25, high * 1.12];
  if (fromZero) return [Math.min(0, low * 1.08), Math.max(0, high * 1.08) || 1];
  const room = (high - low) * 0.06 || Math.abs(high) * 0.01 || 1;
  return [low - room, high + room];
}
