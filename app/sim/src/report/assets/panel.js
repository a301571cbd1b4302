// One chart: series over time with a legend that shows the values under the cursor.

const LEFT = 58;
const RIGHT = 64;
const TOP = 8;

class Panel {
  // options: title, times, series, format, axis, height, aria; and optionally scale ('log'), fromZero,
  // timeAxis, marks, labels, right; `feed` says that the values come with the tape's rows, so that they break
  // off in its gaps, while what the program keeps stays in force until it is written again.
  // A series has key, label, colour and values; an area has lower(i) and upper(i) instead.
  constructor(host, view, options) {
    Object.assign(this, { height: 160, right: RIGHT, labels: true, series: [], marks: [], ...options, view });
    this.caption = element('figcaption', {}, element('strong', {}, this.title));
    this.outputs = new Map();
    for (const series of this.series.filter((one) => one.label)) this.addKey(series);
    this.svg = shape('svg', { class: 'chart plot', role: 'img', tabindex: 0, 'aria-label': this.aria ?? this.title });
    host.append(element('figure', { class: 'panel' }, this.caption, this.svg));
    this.width = 0;
    this.listen();
    view.onRange.push(() => this.draw());
    view.onCursor.push(() => this.moveCursor());
    new ResizeObserver(() => {
      if (this.svg.clientWidth !== this.width) requestAnimationFrame(() => this.draw());
    }).observe(this.svg);
  }

  addKey(series) {
    const value = element('b');
    const key = element('span', { class: 'key' }, swatch(series), series.label + ' ', value);
    this.caption.append(key);
    if (series.values) this.outputs.set(series, value);
  }

  get plotBottom() {
    return this.height - (this.timeAxis ? 20 : 4);
  }

  draw() {
    this.width = this.svg.clientWidth;
    if (this.width < LEFT + this.right + 40) return;
    const { view, svg } = this;
    svg.setAttribute('height', this.height);
    svg.setAttribute('viewBox', `0 0 ${this.width} ${this.height}`);
    svg.replaceChildren();
    const clip = `clip-${Panel.count = (Panel.count ?? 0) + 1}`;
    const box = { x: LEFT, y: 0, width: this.width - LEFT - this.right, height: this.plotBottom };
    shape('rect', box, shape('clipPath', { id: clip }, svg));
    this.x = linear(view.from, view.to, LEFT, this.width - this.right);
    this.parts = segments(this.times, view.from, view.to, this.feed ? 1.5 * MINUTE : Infinity);
    this.setScale();
    this.drawAxes();
    const plot = shape('g', { 'clip-path': `url(#${clip})` }, svg);
    if (this.feed) this.drawFeed(plot);
    this.series.forEach((series) => this.drawSeries(series, plot));
    this.drawMarks(plot);
    if (this.labels) this.drawLabels();
    this.cursorLine = shape('line', { class: 'cursor', y1: 0, y2: this.plotBottom, visibility: 'hidden' }, svg);
    this.dots = new Map();
    for (const series of this.series.filter((one) => one.values && !one.area)) {
      this.dots.set(series, shape('circle', { class: 'dot', r: 3.2, colour: series.colour, visibility: 'hidden' }, svg));
    }
    this.brush = shape('rect', { class: 'brush', y: 0, height: this.plotBottom, visibility: 'hidden' }, svg);
    this.moveCursor();
  }

  *visibleValues() {
    for (const [start, end] of this.parts) {
      for (let index = start; index < end; index += 1) {
        for (const series of this.series) {
          if (series.backdrop) continue;
          if (series.values && !series.area) yield series.values[index];
          if (series.upper) {
            yield series.upper(index);
            yield series.lower(index);
          }
        }
      }
    }
  }

  setScale() {
    const logarithmicScale = this.scale === 'log';
    const [low, high] = domain(this.visibleValues(), { logarithmicScale, fromZero: this.fromZero });
    this.low = low;
    const make = logarithmicScale ? logarithmic : linear;
    this.y = make(low, high, this.plotBottom - (this.feed ? 8 : 0), TOP);
    const count = Math.max(2, Math.round(this.plotBottom / 45));
    this.ticks = logarithmicScale ? logTicks(low, high) : linearTicks(low, high, count);
  }

  drawAxes() {
    const { svg, width } = this;
    for (const tick of this.ticks) {
      const y = Math.round(this.y(tick)) + 0.5;
      shape('line', { class: tick === 0 ? 'zero' : 'grid', x1: LEFT, x2: width - this.right, y1: y, y2: y }, svg);
      shape('text', { x: LEFT - 8, y: y + 3.5, 'text-anchor': 'end', text: this.axis(tick) }, svg);
    }
    const ticks = timeTicks(this.view.from, this.view.to, (width - LEFT - this.right) / 80);
    ticks.forEach((time, index) => {
      const x = Math.round(this.x(time)) + 0.5;
      shape('line', { class: 'grid', x1: x, x2: x, y1: 0, y2: this.plotBottom }, svg);
      if (!this.timeAxis) return;
      const midnight = time % 86400 === 0 && (index > 0 || ticks.length > 2);
      const text = midnight ? format.date(time).slice(5) : format.time(time);
      shape('text', { x, y: this.plotBottom + 14, 'text-anchor': 'middle', text }, svg);
    });
  }

  drawSeries(series, plot) {
    const { times, x, y, parts } = this;
    if (series.upper) {
      const lower = series.lower === 'bottom' ? () => this.low : series.lower;
      const d = areaPath(times, lower, series.upper, x, y, parts);
      shape('path', { class: `area ${series.weight ?? ''}`, d, colour: series.colour }, plot);
      return;
    }
    const attributes = { class: `line ${series.weight ?? ''}`, colour: series.colour };
    if (series.dash) attributes['stroke-dasharray'] = series.dash;
    shape('path', { ...attributes, d: linePath(times, series.values, x, y, parts) }, plot);
  }

  // A bar along the bottom wherever the feed had a price, and a hint of a line across the gaps.
  drawFeed(plot) {
    const values = this.series.at(-1).values;
    const d = bridgePath(this.times, values, this.x, this.y, this.parts);
    shape('path', { class: 'bridge', d }, plot);
    for (const [start, end] of this.parts) {
      const from = this.x(this.times[start]);
      const width = Math.max(0.4, this.x(this.times[end - 1] + MINUTE) - from);
      shape('rect', { class: 'feed', x: from.toFixed(1), y: this.plotBottom - 3, width: width.toFixed(1), height: 3 }, plot);
    }
  }

  drawMarks(plot) {
    for (const one of this.marks) {
      if (one.time < this.view.from - MINUTE || one.time > this.view.to) continue;
      const size = Math.min(9, 3 + 1.1 * Math.sqrt(one.count));
      const node = mark(one.kind, this.x(one.time), this.y(one.price), size, one.hollow, plot);
      shape('title', { text: one.title }, node);
    }
  }

  // Names at the right ends of the lines, moved apart where they would touch.
  drawLabels() {
    const last = this.parts.at(-1)?.[1] - 1;
    if (!(last >= 0)) return;
    const labels = this.series
      .filter((series) => series.values && !series.area && series.label)
      .map((series) => ({ series, y: this.y(series.values[last]) }))
      .sort((one, other) => one.y - other.y);
    labels.forEach((label, index) => {
      if (index > 0) label.y = Math.max(label.y, labels[index - 1].y + 12);
    });
    const overflow = (labels.at(-1)?.y ?? 0) - (this.plotBottom - 2);
    labels.reverse().forEach((label, index) => {
      if (index === 0 && overflow > 0) label.y -= overflow;
      if (index > 0) label.y = Math.min(label.y, labels[index - 1].y - 12);
    });
    for (const { series, y } of labels) {
      const text = shape('text', { class: 'label', x: this.width - this.right + 6, y: y + 3.5, text: series.label }, this.svg);
      text.style.fill = `color-mix(in srgb, var(--${series.colour}) 55%, var(--ink))`;
    }
  }

  // The row in force at a time, or -1 where there is none: before the first row, or in a gap of the feed.
  indexAt(time) {
    const index = lastBefore(this.times, time);
    return index >= 0 && (!this.feed || time - this.times[index] < 1.5 * MINUTE) ? index : -1;
  }

  moveCursor() {
    if (!this.dots) return;
    const { cursor, moment } = this.view;
    const index = this.indexAt(moment);
    const missing = lastBefore(this.times, moment) < 0 ? '–' : 'gap';
    for (const [series, output] of this.outputs) {
      const show = series.format ?? this.format;
      output.textContent = index < 0 ? missing : show(series.values[index]);
    }
    const shown = cursor !== null && cursor >= this.view.from && cursor <= this.view.to;
    this.cursorLine.setAttribute('visibility', shown ? 'visible' : 'hidden');
    if (shown) {
      const x = Math.round(this.x(cursor)) + 0.5;
      this.cursorLine.setAttribute('x1', x);
      this.cursorLine.setAttribute('x2', x);
    }
    for (const [series, dot] of this.dots) {
      dot.setAttribute('visibility', shown && index >= 0 ? 'visible' : 'hidden');
      if (!shown || index < 0) continue;
      dot.setAttribute('cx', this.x(this.feed ? this.times[index] : cursor));
      dot.setAttribute('cy', this.y(series.values[index]));
    }
  }

  listen() {
    const { svg, view } = this;
    let anchor = null;
    const at = (event) => {
      const pixel = event.clientX - svg.getBoundingClientRect().left;
      return this.x.invert(Math.min(Math.max(pixel, LEFT), this.width - this.right));
    };
    svg.addEventListener('pointermove', (event) => {
      if (!this.x) return;
      const time = at(event);
      view.setCursor(Math.round(time / MINUTE) * MINUTE);
      if (anchor === null) return;
      const [from, to] = [anchor, time].sort((one, other) => one - other).map(this.x);
      this.brush.setAttribute('x', from);
      this.brush.setAttribute('width', to - from);
      this.brush.setAttribute('visibility', 'visible');
    });
    svg.addEventListener('pointerdown', (event) => {
      if (event.pointerType !== 'mouse' || event.button !== 0 || !this.x) return;
      anchor = at(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener('pointerup', (event) => {
      if (anchor === null) return;
      const [from, to] = [anchor, at(event)].sort((one, other) => one - other);
      anchor = null;
      this.brush.setAttribute('visibility', 'hidden');
      if (this.x(to) - this.x(from) > 6) view.setRange(from, to);
    });
    svg.addEventListener('pointercancel', () => { anchor = null; });
    svg.addEventListener('pointerleave', () => { if (anchor === null) view.setCursor(null); });
    svg.addEventListener('dblclick', () => view.reset());
    svg.addEventListener('keydown', (event) => this.key(event));
  }

  key(event) {
    const { view, times } = this;
    const index = closest(times, view.moment);
    const moves = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: lastBefore(times, view.from), End: lastBefore(times, view.to) };
    if (event.key === 'Escape') view.setCursor(null);
    if (!(event.key in moves) || index < 0) return;
    event.preventDefault();
    view.setCursor(times[Math.min(Math.max(moves[event.key], 0), times.length - 1)]);
  }
}
