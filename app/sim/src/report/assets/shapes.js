// SVG elements, and series as paths.

const SVG = 'http://www.w3.org/2000/svg';

function shape(name, attributes = {}, parent = null) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'colour') node.style.setProperty('--colour', `var(--${value})`);
    else if (key === 'text') node.textContent = value;
    else node.setAttribute(key, value);
  }
  if (parent) parent.append(node);
  return node;
}

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'class') node.className = value;
    else if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

const point = (x, y) => `${x.toFixed(1)},${y.toFixed(1)}`;

// Each value holds for its minute, and over a longer wait until the next one.
function linePath(times, values, x, y, parts) {
  return parts.map(([start, end]) => {
    let path = 'M' + point(x(times[start]), y(values[start]));
    for (let index = start + 1; index < end; index += 1) {
      const at = x(times[index]);
      if (times[index] - times[index - 1] > 1.5 * MINUTE) path += `H${at.toFixed(1)}`;
      path += 'L' + point(at, y(values[index]));
    }
    return path + 'H' + x(times[end - 1] + MINUTE).toFixed(1);
  }).join('');
}

// From the end of each run to the beginning of the next.
function bridgePath(times, values, x, y, parts) {
  return parts.slice(1).map(([start], index) => {
    const last = parts[index][1] - 1;
    return 'M' + point(x(times[last] + MINUTE), y(values[last])) + 'L' + point(x(times[start]), y(values[start]));
  }).join('');
}

// Steps between two series.
function areaPath(times, lower, upper, x, y, parts) {
  return parts.map(([start, end]) => {
    let path = 'M' + point(x(times[start]), y(upper(start)));
    for (let index = start + 1; index < end; index += 1) {
      path += `H${x(times[index]).toFixed(1)}V` + y(upper(index)).toFixed(1);
    }
    path += `H${x(times[end - 1] + MINUTE).toFixed(1)}V` + y(lower(end - 1)).toFixed(1);
    for (let index = end - 1; index > start; index -= 1) {
      path += `H${x(times[index]).toFixed(1)}V` + y(lower(index - 1)).toFixed(1);
    }
    return path + `H${x(times[start]).toFixed(1)}Z`;
  }).join('');
}

// ▼ above its point, × and ◆ on it; `size` is half a width.
const MARKS = {
  cut: (x, y, size) => `M${point(x - size, y - 2.6 * size)}h${2 * size}L${point(x, y - 0.9 * size)}Z`,
  liquidation: (x, y, size) =>
    `M${point(x - size, y - size)}l${2 * size},${2 * size}M${point(x - size, y + size)}l${2 * size},${-2 * size}`,
  absorption: (x, y, size) =>
    `M${point(x, y - 1.2 * size)}l${1.2 * size},${1.2 * size}l${-1.2 * size},${1.2 * size}l${-1.2 * size},${-1.2 * size}Z`,
};
const MARK_COLOURS = { cut: 'margin-call', liquidation: 'liquidatable', absorption: 'bankrupt' };

function mark(kind, x, y, size, hollow, parent) {
  const classes = ['mark', kind === 'liquidation' ? 'cross' : '', hollow ? 'hollow' : ''].join(' ').trim();
  return shape('path', { class: classes, d: MARKS[kind](x, y, size), colour: MARK_COLOURS[kind] }, parent);
}

// A small picture of a line, an area or a mark for the legend.
function swatch(series) {
  const svg = shape('svg', { width: 16, height: 10, viewBox: '0 0 16 10', class: 'chart', 'aria-hidden': 'true' });
  if (series.mark) mark(series.mark, 8, series.mark === 'cut' ? 10 : 5, 4, series.hollow, svg);
  else if (series.area) shape('rect', { x: 1, y: 0, width: 13, height: 10, class: `area ${series.weight ?? ''}`, colour: series.colour }, svg);
  else {
    const attributes = { d: 'M0,5H16', class: `line ${series.weight ?? ''}`, colour: series.colour };
    if (series.dash) attributes['stroke-dasharray'] = series.dash;
    shape('path', attributes, svg);
  }
  return svg;
}
