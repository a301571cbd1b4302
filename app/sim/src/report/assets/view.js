// The range and the cursor that all charts share.

class View {
  constructor(from, to) {
    this.whole = [from, Math.max(to, from + 60)];
    [this.from, this.to] = this.whole;
    this.cursor = null;
    this.onRange = [];
    this.onCursor = [];
  }

  setRange(from, to) {
    const [first, last] = this.whole;
    const width = Math.min(Math.max(to - from, 300), last - first);
    const start = Math.min(Math.max(from, first), last - width);
    [this.from, this.to] = [start, start + width];
    this.onRange.forEach((tell) => tell());
    this.onCursor.forEach((tell) => tell());
  }

  reset() {
    this.setRange(...this.whole);
  }

  shows(from, to) {
    return Math.abs(this.from - from) < 1 && Math.abs(this.to - to) < 1;
  }

  setCursor(time) {
    if (this.cursor === time) return;
    this.cursor = time;
    this.onCursor.forEach((tell) => tell());
  }

  // The time that values are shown for: the cursor's, or else the end of the range.
  get moment() {
    return this.cursor ?? this.to;
  }
}

const MINUTE = 60;

// Index of the last time that is not after `time`; -1 if there is none.
function lastBefore(times, time) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// Index of the time closest to `time`; -1 without times.
function closest(times, time) {
  const before = lastBefore(times, time);
  if (before < 0) return times.length ? 0 : -1;
  const after = before + 1;
  return after < times.length && times[after] - time < time - times[before] ? after : before;
}

// Runs of rows in the range whose times are at most `longest` apart, as [first, last + 1].
function segments(times, from, to, longest) {
  const found = [];
  let start = Math.max(0, lastBefore(times, from));
  const end = Math.min(times.length, lastBefore(times, to) + 2);
  for (let index = start + 1; index <= end; index += 1) {
    if (index === end || times[index] - times[index - 1] > longest) {
      if (index > start) found.push([start, index]);
      start = index;
    }
  }
  return found;
}
