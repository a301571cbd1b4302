// Puts the page together.

const data = JSON.parse(document.getElementById('record').textContent);
const view = new View(data.from, data.to);

document.querySelectorAll('.market').forEach((section) => {
  const market = data.markets[Number(section.dataset.market)];
  const host = section.querySelector('.panels');
  section.dataset.asset = market.asset;
  if (market.time.length === 0) return;
  priceChart(host, view, market, marksOf(data.actions, market.asset));
  marginChart(host, view, market);
  volatilityChart(host, view, market);
  interestChart(host, view, market);
});
if (data.quote?.time.length > 0) quoteCharts(document.querySelector('#quote .panels'), view, data.quote, data.states);
if (data.states.time.length > 0) statesChart(document.querySelector('#accounts .panels'), view, data.states);
if (data.books.time.length > 0) booksCharts(document.querySelector('#books .panels'), view, data.books);
new ActionTable(document.getElementById('actions'), view, data.actions);

// The whole session, and the hours around each market's worst half hour.
function rangeButtons(host) {
  const ranges = [{ label: 'whole session', from: view.whole[0], to: view.whole[1] }];
  for (const { asset, crash } of data.markets) {
    if (!crash) continue;
    ranges.push({ label: `${asset} fall`, from: crash[0] - 3600, to: crash[1] + 5400 });
  }
  const buttons = ranges.map((range) => {
    const button = element('button', { type: 'button' }, range.label);
    button.addEventListener('click', () => {
      view.setRange(range.from, range.to);
      chosen = button;
      press();
    });
    return button;
  });
  let chosen = buttons[0];
  const press = () => buttons.forEach((one) => one.setAttribute('aria-pressed', String(one === chosen)));
  view.onRange.push(() => {
    chosen = view.shows(...view.whole) ? buttons[0] : null;
    press();
  });
  press();
  host.append(...buttons);
}

function clock(output, happened) {
  const tell = () => {
    const time = view.moment;
    output.textContent = format.moment(time);
    const counts = new Map();
    for (const act of data.actions) {
      if (view.cursor === null || act.time < time || act.time >= time + MINUTE) continue;
      counts.set(act.kind, (counts.get(act.kind) ?? 0) + 1);
    }
    happened.textContent = [...counts].map(([kind, count]) => counted(count, kind)).join(', ');
  };
  view.onCursor.push(tell);
  tell();
}

rangeButtons(document.getElementById('ranges'));
clock(document.getElementById('clock'), document.getElementById('happened'));
