// The list of all cuts and liquidations, with filters.

const PAGE_LENGTH = 100;

class ActionTable {
  constructor(section, view, actions) {
    Object.assign(this, { view, actions, shown: PAGE_LENGTH });
    this.form = section.querySelector('form');
    this.table = section.querySelector('table.acts');
    this.count = section.querySelector('.count');
    this.more = section.querySelector('.more');
    for (const name of ['kind', 'market', 'driver']) this.fillSelect(name);
    const again = () => { this.shown = PAGE_LENGTH; this.draw(); };
    this.form.addEventListener('input', again);
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.more.addEventListener('click', () => { this.shown += PAGE_LENGTH; this.draw(); });
    view.onRange.push(() => { if (this.form.elements.visible.checked) again(); });
    this.draw();
  }

  fillSelect(name) {
    const values = [...new Set(this.actions.map((act) => act[name]))].sort();
    this.form.elements[name].append(...values.map((value) => new Option(format.words(value), value)));
  }

  matching() {
    const { kind, market, driver, account, order, visible } = this.form.elements;
    const wanted = this.actions.filter((act) =>
      (!kind.value || act.kind === kind.value)
      && (!market.value || act.market === market.value)
      && (!driver.value || act.driver === driver.value)
      && (account.value === '' || act.account === Number(account.value))
      && (!visible.checked || (act.time >= this.view.from && act.time <= this.view.to)));
    return order.value === 'notional' ? wanted.sort((one, other) => other.notional - one.notional) : wanted;
  }

  draw() {
    const wanted = this.matching();
    const notional = wanted.reduce((sum, act) => sum + act.notional, 0);
    const accounts = new Set(wanted.map((act) => act.account)).size;
    this.count.textContent = this.actions.length === 0
      ? 'Nothing was cut or liquidated.'
      : `${counted(wanted.length, 'action')} on ${counted(accounts, 'account')}, ${format.dollars(notional)} closed`;
    this.table.querySelectorAll('tbody').forEach((body) => body.remove());
    this.table.append(...wanted.slice(0, this.shown).map((act) => this.row(act)));
    this.more.hidden = wanted.length <= this.shown;
    this.more.textContent = `Show ${Math.min(PAGE_LENGTH, wanted.length - this.shown)} more`;
  }

  row(act) {
    const change = ([before, after]) =>
      element('span', {}, format.cents(before), element('span', { class: 'to' }, '→'), format.cents(after));
    const cells = [
      this.timeButton(act),
      element('span', {}, this.picture(act), format.words(act.kind)),
      format.whole(act.account),
      act.side ? `${act.side} ${act.market}` : act.market,
      format.cents(act.notional),
      format.price(act.price),
      change(act.equity),
      change(act.requirement),
      format.cents(act.penalty),
      format.cents(act.fee),
    ];
    const sentence = element('div', {}, element('b', {}, capital(format.words(act.driver))), ': ', act.cause);
    const cause = element('td', { colSpan: cells.length }, sentence);
    return element('tbody', {},
      element('tr', {}, ...cells.map((cell) => element('td', {}, cell))),
      element('tr', { class: 'cause' }, cause));
  }

  timeButton(act) {
    const button = element('button', { type: 'button', title: 'Show in the charts' }, format.time(act.time));
    button.addEventListener('click', () => {
      this.view.setRange(act.time - 1800, act.time + 1800);
      this.view.setCursor(Math.floor(act.time / MINUTE) * MINUTE);
      const section = [...document.querySelectorAll('.market')].find((one) => one.dataset.asset === act.market);
      section?.scrollIntoView({ block: 'start' });
    });
    return button;
  }

  picture(act) {
    const svg = shape('svg', { class: 'swatch chart', viewBox: '0 0 12 12', 'aria-hidden': 'true' });
    mark(act.kind, 6, act.kind === 'cut' ? 12 : 6, 4, act.rise && act.kind === 'cut', svg);
    return svg;
  }
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
