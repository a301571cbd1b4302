// Which charts there are and what each of them shows.

// One mark for each minute, kind and market, as large as there are actions in it.
function marksOf(actions, asset) {
  const marks = new Map();
  for (const act of actions) {
    if (act.market !== asset) continue;
    const key = `${act.time} ${act.kind}`;
    const one = marks.get(key) ?? { time: act.time, kind: act.kind, price: act.price, count: 0, rises: 0, notional: 0 };
    one.count += 1;
    one.notional += act.notional;
    one.rises += act.rise ? 1 : 0;
    marks.set(key, one);
  }
  const order = { cut: 0, liquidation: 1, absorption: 2 };
  return [...marks.values()].sort((one, other) => order[one.kind] - order[other.kind]).map((one) => ({
    ...one,
    hollow: one.rises * 2 > one.count,
    title: `${format.time(one.time)} ${counted(one.count, one.kind)}, ${format.dollars(one.notional)}`
      + (one.rises ? `; ${one.rises} needed a rise of margin` : ''),
  }));
}

const MARK_KEYS = [
  { key: 'cut', label: 'cut, by price without a rise of margin', mark: 'cut' },
  { key: 'cut', label: 'cut that needed a rise of margin', mark: 'cut', hollow: true },
  { key: 'liquidation', label: 'liquidation', mark: 'liquidation' },
  { key: 'absorption', label: 'absorption', mark: 'absorption' },
];

function priceChart(host, view, market, marks) {
  const used = MARK_KEYS.filter((entry) =>
    marks.some((one) => one.kind === entry.key && (entry.key !== 'cut' || one.hollow === Boolean(entry.hollow))));
  const panel = new Panel(host, view, {
    title: 'Price',
    aria: `${market.asset} price and slow price over time, with cuts and liquidations`,
    height: 250, times: market.time, format: format.price, axis: (value) => format.short(value),
    feed: true, marks,
    series: [
      { label: 'slow', colour: 'slow', values: market.slow, weight: 'faint' },
      { label: 'price', colour: 'price', values: market.price, weight: 'strong' },
    ],
  });
  for (const entry of used) panel.addKey(entry);
}

function marginChart(host, view, market) {
  return new Panel(host, view, {
    title: 'Margin',
    aria: `${market.asset} margin ratios over time: initial, target, live, call and floor`,
    height: 230, times: market.time, format: format.ratio, scale: 'log',
    axis: (ppm) => `${Number((ppm / 1e4).toPrecision(2))} %`,
    series: [
      { colour: 'margin-call', weight: 'wash', backdrop: true, lower: (i) => market.floor[i], upper: (i) => market.call[i] },
      { colour: 'liquidatable', weight: 'wash', backdrop: true, lower: 'bottom', upper: (i) => market.floor[i] },
      { label: 'initial', colour: 'initial', values: market.initial, dash: '6 3' },
      { label: 'target', colour: 'target', values: market.target, dash: '1.5 3', weight: 'faint' },
      { label: 'live', colour: 'live', values: market.live },
      { label: 'call', colour: 'call', values: market.call, weight: 'strong' },
      { label: 'floor', colour: 'floor', values: market.floor, weight: 'strong' },
    ],
  });
}

function volatilityChart(host, view, market) {
  return new Panel(host, view, {
    title: 'Volatility', aria: `${market.asset} annualised volatility over time`,
    height: 84, times: market.time, format: format.percent, axis: format.percent, fromZero: true, labels: false,
    series: [
      { colour: 'volatility', weight: 'soft', lower: () => 0, upper: (i) => market.volatility[i] },
      { label: 'annualised', colour: 'volatility', values: market.volatility },
    ],
  });
}

function interestChart(host, view, market) {
  return new Panel(host, view, {
    title: 'Open interest', aria: `${market.asset} open interest over time, long above and short below zero`,
    height: 116, times: market.time, format: format.dollars, axis: format.short, fromZero: true, timeAxis: true, labels: false,
    series: [
      { label: 'long', colour: 'long', area: true, weight: 'soft', values: market.long, lower: () => 0, upper: (i) => market.long[i] },
      { label: 'short', colour: 'short', area: true, weight: 'soft', values: market.short, lower: (i) => -market.short[i], upper: () => 0 },
      { label: 'skew', colour: 'skew', values: market.skew },
    ],
  });
}

function quoteCharts(host, view, quote, states) {
  new Panel(host, view, {
    title: 'Price', aria: 'Price of the quote currency over time', height: 160, times: quote.time,
    format: (dollars) => `$${dollars.toFixed(4)}`, axis: (dollars) => dollars.toFixed(3), feed: true,
    series: [{ label: 'price', colour: 'price', values: quote.price, weight: 'strong' }],
  });
  new Panel(host, view, {
    title: 'Haircut', aria: 'Share of quote equity that does not count, besides the price, over time', height: 116,
    times: quote.time, format: format.ratio, axis: format.ratio, fromZero: true,
    series: [
      { label: 'initial', colour: 'initial', values: quote.haircut_initial, dash: '6 3' },
      { label: 'call', colour: 'call', values: quote.haircut_call, weight: 'strong' },
    ],
  });
  new Panel(host, view, {
    title: 'Called by it', aria: 'Accounts in a margin call that the fall of the quote currency made, over time', height: 100,
    times: states.time, format: format.whole, axis: (value) => (Number.isInteger(value) ? format.whole(value) : ''),
    fromZero: true, timeAxis: true, labels: false,
    series: [{ label: 'accounts', colour: 'live', values: states.called_by_quote }],
  });
}

const STATES = [
  ['bankrupt', 'bankrupt', 'bankrupt'], ['liquidatable', 'liquidatable', 'liquidatable'],
  ['margin_call', 'margin-call', 'margin call'], ['healthy', 'healthy', 'healthy'], ['empty', 'empty', 'no position'],
];

// Worst states at the bottom, so that the ones that matter share a base line.
function statesChart(host, view, states) {
  const stack = (names) => {
    const sums = [new Array(states.time.length).fill(0)];
    for (const [name] of names) sums.push(states[name].map((count, i) => sums.at(-1)[i] + count));
    return names.map(([name, colour, label], level) => ({
      label, colour, area: true, values: states[name],
      lower: (i) => sums[level][i], upper: (i) => sums[level + 1][i],
    }));
  };
  const all = stack(STATES);
  const panel = new Panel(host, view, {
    title: 'Accounts', aria: 'Number of accounts by state over time', height: 200, times: states.time,
    format: format.whole, axis: (value) => (Number.isInteger(value) ? format.whole(value) : ''), fromZero: true, timeAxis: true, labels: false, series: all,
  });
  const troubled = all.slice(0, 3);
  const button = element('button', { type: 'button', 'aria-pressed': 'false' }, 'only below a line');
  button.addEventListener('click', () => {
    const only = panel.series === all;
    panel.series = only ? troubled : all;
    button.setAttribute('aria-pressed', String(only));
    panel.draw();
  });
  panel.caption.append(button);
}

const BOOKS = [
  ['vault', 'Vault'], ['accounts', 'Account balances'], ['escrow', 'Fees in open orders'], ['market_cash', 'Market cash'],
  ['pool', 'Pool'], ['insurance', 'Insurance'], ['fees', 'Taker fees'], ['unpaid', 'Unpaid profit (a claim)'],
];

function booksCharts(host, view, books) {
  for (const [name, title] of BOOKS) {
    const change = books[name].map((value) => value - books[name][0]);
    new Panel(host, view, {
      title: '', aria: `${title} over time`, height: 110, right: 8, times: books.time, format: format.cents,
      axis: format.short, timeAxis: true, labels: false,
      series: [
        { label: title, colour: 'live', values: books[name] },
      ],
    }).caption.title = `${title}: ${format.cents(change.at(-1) ?? 0)} over the session`;
  }
}
